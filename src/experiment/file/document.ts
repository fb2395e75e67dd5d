import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { SpecError } from './errors.ts';
import { Mistakes, type Part, type Path } from './mistakes.ts';

/** A workload file as plain data, with a collector of mistakes that knows where everything stands. */
export interface Source {
  readonly data: unknown;
  readonly mistakes: Mistakes;
}

/**
 * Reads YAML (of which JSON is a part). A file that cannot be read as such is told at once, since nothing after a
 * slip of syntax means what it seems to; keys given twice are collected with the other mistakes.
 */
export function readDocument(text: string, file: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const fatal = document.errors.filter((error) => error.code !== 'DUPLICATE_KEY');
  if (fatal.length > 0) {
    throw new SpecError(fatal.map((error) => ({ file, ...place(error.pos[0]), message: plain(error) })));
  }
  const mistakes = new Mistakes(file, (path, part) => place(offsetOf(document, path, part)));
  for (const error of document.errors) {
    const at = place(error.pos[0]);
    mistakes.atPlace(at, `the key ${keyAt(text, error.pos[0])} is given twice; each key is given once`);
  }
  return { data: dataOf(document, file), mistakes };
}

function plain(error: YAMLError): string {
  return `not YAML: ${error.message.split('\n')[0]}`;
}

function keyAt(text: string, offset: number): string {
  return `"${/^[^\s:]+/.exec(text.slice(offset))?.[0] ?? ''}"`;
}

function dataOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new SpecError([{ file, line: 1, column: 1, message: `not YAML: ${message}` }]);
  }
}

/** The offset of the value at a path, or of its key; of the nearest parent's key where the path does not exist. */
function offsetOf(document: Document, path: Path, part: Part): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [depth, segment] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const isLast = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
      if (pair === undefined) return offset;
      const wantsKey = part === 'key' || isEmpty(pair.value) || !isLast;
      offset = wantsKey ? startOf(pair.key) : startOf(pair.value);
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(segment)];
      if (node === undefined) return offset;
      offset = startOf(node);
    } else {
      return offset;
    }
  }
  return offset;
}

/** A key without a value. */
function isEmpty(value: unknown): boolean {
  return value === null || (isScalar(value) && value.range?.[0] === value.range?.[1]);
}

function startOf(node: unknown): number {
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  return range?.[0] ?? 0;
}
