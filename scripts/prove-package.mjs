// Packs the package, installs the tarball in an empty folder, and uses it there as its users would: the command,
// the library, and the workload files must all have come along.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pacelc-package-'));
const npm = (...words) =>
  execFileSync('npm', words, { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' });
const node = (...words) => execFileSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });

try {
  const [{ filename, files }] = JSON.parse(npm('pack', root, '--json'));
  const strays = files.filter(
    ({ path }) => !/^(dist|workloads|docs)\/|^(package\.json|README\.md|LICENSE)$/.test(path),
  );
  if (strays.length > 0)
    throw new Error(`not meant to be published: ${strays.map(({ path }) => path).join(', ')}`);

  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
  npm('install', `./${filename}`, '--no-fund', '--no-audit');
  const command = join('node_modules', 'pacelc', 'dist', 'cli', 'main.js');
  const list = node(command, 'list', 'strategies');
  const table = node(
    command,
    'run',
    'viral-likes',
    '--strategy',
    'gossip,quorum',
    '--duration',
    '1s',
    '--out',
    'out',
  );
  writeFileSync(
    join(folder, 'use.mjs'),
    "import { loadSpec, findWorkload, run, simRuntime, strategies } from 'pacelc';\n" +
      "const spec = loadSpec(findWorkload('registers'), strategies, { strategies: ['gossip'], duration: '1s' });\n" +
      "const { trials } = await run({ spec, runtime: simRuntime, out: 'library' });\n" +
      'console.log(trials.length);\n',
  );
  const library = node('use.mjs').trim();

  if (!list.includes('quorum') || !table.includes('CSV files:') || library !== '1') {
    throw new Error(`the installed package does not work:\n${list}\n${table}\n${library}`);
  }
  process.stdout.write(`the packed tarball works in an empty folder (${files.length} files)\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
