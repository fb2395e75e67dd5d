import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const data = process.env.PACELC_REFERENCE_DATA ?? join(root, '../shared/data');
const main = join(root, 'src/cli/main.ts');
/** For all histories of the folder together, the start of the process included. */
const barMs = 5_000;

/** How long `pacelc check` takes for histories that Jepsen recorded against etcd, where they are at hand. */
export function printRecordedHistories(): void {
  const folder = join(data, 'histories/etcd');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.log')) : [];
  if (files.length === 0) {
    console.log(
      `histories recorded by others: skipped, as ${folder} is not there (PACELC_REFERENCE_DATA names another)`,
    );
    return;
  }
  const from = performance.now();
  const paths = files.map((name) => join(folder, name));
  const { stdout, status } = spawnSync(process.execPath, ['--import', 'tsx', main, 'check', ...paths], {
    encoding: 'utf8',
  });
  const ms = performance.now() - from;
  const decided = stdout.match(/: linearizable (kept|violated)/gi)?.length ?? 0;
  const kept = ms < barMs && decided === files.length;
  console.log(
    `${files.length} histories of etcd by pacelc check: ${decided} decided in ${ms.toFixed(0)} ms (bar ${barMs}), exit ${status}: ${kept ? 'kept' : 'missed'}`,
  );
  if (!kept) process.exitCode = 1;
}
