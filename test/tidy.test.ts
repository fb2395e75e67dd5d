import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'src');

/** Which rooms a room may import besides itself. Nothing points upward. */
const walls: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  strategies: ['kernel'],
  history: ['kernel'],
  topology: ['kernel'],
  faults: ['kernel', 'topology'],
  workloads: ['kernel'],
  checkers: ['kernel', 'history'],
  metrics: ['kernel', 'history', 'checkers'],
  runtimes: ['kernel', 'history', 'topology', 'faults'],
  report: ['kernel', 'history', 'checkers', 'metrics', 'topology', 'faults'],
  experiment: [
    'kernel',
    'history',
    'topology',
    'faults',
    'workloads',
    'checkers',
    'metrics',
    'runtimes',
    'strategies',
    'report',
  ],
  hunting: [
    'kernel',
    'history',
    'topology',
    'faults',
    'workloads',
    'checkers',
    'metrics',
    'runtimes',
    'strategies',
    'experiment',
  ],
  cli: [
    'kernel',
    'history',
    'topology',
    'faults',
    'workloads',
    'checkers',
    'metrics',
    'runtimes',
    'strategies',
    'experiment',
    'report',
    'hunting',
  ],
};

/** Packages that one room alone may use, and packages that any room may. */
const packagesOfRooms: Readonly<Record<string, readonly string[]>> = {
  kernel: ['seedrandom'],
  runtimes: ['piscina', 'tsx/esm/api'],
  workloads: ['zod'],
  experiment: ['zod', 'yaml'],
  hunting: ['yaml'],
  report: ['csv-stringify', 'csv-stringify/sync', 'cli-table3', 'picocolors'],
  cli: ['commander', '@commander-js/extra-typings', 'picocolors', 'cli-progress'],
};

/** Rooms in which the same seed must give the same run: no clock, no chance, no timers, nothing that awaits. */
const deterministicRooms = [
  'kernel',
  'strategies',
  'checkers',
  'metrics',
  'faults',
  'workloads',
  'runtimes/sim',
];
const machineWords =
  /Math\.(random|log|log2|log10|exp|expm1|pow|sin|cos|tan|atan|cbrt|hypot)\b|Date\.now|performance\.now|hrtime|set(Timeout|Interval|Immediate)\b|\basync\b|\bawait\b/;
/** Files at the border of a deterministic room: what they wrap is asynchronous by contract. */
const borders = ['runtimes/sim/runtime.ts'];

const longestFunction = 70;
const longestFile = 400;

const files = walk(source).map((path) => ({
  path: relative(source, path).replaceAll('\\', '/'),
  text: readFileSync(path, 'utf8'),
}));

describe('the walls between rooms', () => {
  it('are crossed by no import', () => {
    const crossings = files.flatMap(({ path, text }) =>
      importsOf(text)
        .filter((target) => target.startsWith('.'))
        .map((target) => relative(source, resolve(source, dirname(path), target)).replaceAll('\\', '/'))
        .filter((target) => !mayImport(roomOf(path), roomOf(target)))
        .map((target) => `${path} imports ${target}`),
    );

    expect(crossings).toEqual([]);
  });

  it('let each package into its own room only', () => {
    const strays = files.flatMap(({ path, text }) =>
      importsOf(text)
        .filter((target) => !target.startsWith('.') && !target.startsWith('node:'))
        .filter((target) => !(packagesOfRooms[roomOf(path)] ?? []).includes(target))
        .map((target) => `${path} imports ${target}`),
    );

    expect(strays).toEqual([]);
  });

  it('keep the machine out of the deterministic rooms', () => {
    const leaks = files
      .filter(({ path }) => deterministicRooms.some((room) => path.startsWith(`${room}/`)))
      .filter(({ path }) => !borders.includes(path))
      .flatMap(({ path, text }) =>
        text
          .split('\n')
          .flatMap((line, i) =>
            machineWords.test(codeOf(line)) ? [`${path}:${i + 1}: ${line.trim()}`] : [],
          ),
      );

    expect(leaks).toEqual([]);
  });
});

describe('sizes', () => {
  it(`no file is longer than ${longestFile} lines`, () => {
    const long = files
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > longestFile);

    expect(long).toEqual([]);
  });

  it(`no function is longer than ${longestFunction} lines`, () => {
    const long = files.flatMap(({ path, text }) =>
      functionsOf(text)
        .filter(({ lines }) => lines > longestFunction)
        .map(({ line, lines }) => `${path}:${line} has ${lines} lines`),
    );

    expect(long).toEqual([]);
  });
});

describe('the parser of this test', () => {
  it('sees imports, re-exports and dynamic imports', () => {
    const text = "import a from './a.ts';\nexport { b } from '../b.ts';\nconst c = import('c');\nimport 'd';";

    expect(importsOf(text)).toEqual(['./a.ts', '../b.ts', 'c', 'd']);
  });

  it('measures functions by their closing brace', () => {
    const text =
      'function one() {\n  two();\n}\n\nclass A {\n  method(): void {\n    x();\n    y();\n  }\n}\n';

    expect(functionsOf(text)).toEqual([
      { line: 1, lines: 3 },
      { line: 6, lines: 4 },
    ]);
  });
});

function mayImport(from: string, to: string): boolean {
  if (from === to || from === 'index.ts') return true;
  return (walls[from] ?? []).includes(to);
}

/** The first folder of a path below src; a file at the top is a room of its own. */
function roomOf(path: string): string {
  return path.split('/')[0] as string;
}

function importsOf(text: string): string[] {
  const pattern = /(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+)'([^']+)'/gm;
  return [...text.matchAll(pattern)].map((match) => match[1] as string);
}

/** A line without its comment; enough for code that is formatted by the formatter. */
function codeOf(line: string): string {
  const trimmed = line.trim();
  if (trimmed.startsWith('//') || trimmed.startsWith('*') || trimmed.startsWith('/*')) return '';
  return line.replace(/\/\/.*$/, '').replace(/'[^']*'|`[^`]*`/g, '');
}

/** Functions and methods: a head that ends in `{` with parentheses before it, to the `}` at the same indent. */
function functionsOf(text: string): { line: number; lines: number }[] {
  const lines = text.split('\n');
  const head =
    /^(\s*)(?:export )?(?:default )?(?:static |async |get |set |override |private )*(?:function\b.*|[#\w]+(?:<.*>)?\(.*|.*=>)\s*\{$/;
  const control = /^\s*(?:if|for|while|switch|catch|else|do|try)\b|^\s*\}/;
  return lines.flatMap((line, i) => {
    const match = head.exec(line);
    if (match === null || control.test(line)) return [];
    const indent = match[1] as string;
    const end = lines.findIndex((other, j) => j > i && other.startsWith(`${indent}}`));
    return end < 0 ? [] : [{ line: i + 1, lines: end - i + 1 }];
  });
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}
