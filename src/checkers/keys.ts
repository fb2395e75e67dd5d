import { completionCode, type History, noText } from '../history/history.ts';

/** Rows of a history that make up one object, in the order of invocation. */
export interface ObjectRows {
  /** The keys, in quotes. */
  readonly name: string;
  readonly keys: number;
  readonly rows: Uint32Array;
}

/** The rows of each key. A transfer counts for both of its keys. */
export function rowsByKey(history: History): readonly ObjectRows[] {
  return deal(history, (text) => text);
}

/** The rows of each key, except that keys are one object where a transfer joins them that was done, or may have been. */
export function rowsByObject(history: History): readonly ObjectRows[] {
  const { key, to, completion } = history.columns;
  const parents = Uint32Array.from(history.texts, (_, text) => text);
  const rootOf = (text: number) => {
    let root = text;
    while (parents[root] !== root) root = parents[root]!;
    parents[text] = root;
    return root;
  };
  for (let row = 0; row < history.length; row += 1) {
    if (to[row] === noText || completion[row] === completionCode.fail) continue;
    parents[rootOf(key[row]!)] = rootOf(to[row]!);
  }
  return deal(history, rootOf);
}

/** Deals the rows out in two passes over the columns; `objectOf` maps the text of a key to that of its object. */
function deal(history: History, objectOf: (text: number) => number): readonly ObjectRows[] {
  const { key, to } = history.columns;
  const ends = new Uint32Array(history.texts.length + 1);
  const names = new Map<number, Set<number>>();
  const visit = (put: (object: number, row: number) => void) => {
    for (let row = 0; row < history.length; row += 1) {
      const object = objectOf(key[row]!);
      put(object, row);
      const other = to[row] === noText ? object : objectOf(to[row]!);
      if (other !== object) put(other, row);
    }
  };
  visit((object) => {
    ends[object + 1]! += 1;
  });
  for (let text = 1; text < ends.length; text += 1) ends[text]! += ends[text - 1]!;
  const starts = ends.slice();
  const rows = new Uint32Array(ends.at(-1)!);
  visit((object, row) => {
    rows[starts[object]!] = row;
    starts[object]! += 1;
    if (!names.has(object)) names.set(object, new Set());
    const keys = names.get(object)!.add(key[row]!);
    if (to[row] !== noText && objectOf(to[row]!) === object) keys.add(to[row]!);
  });
  return [...names].map(([object, keys]) => ({
    name: nameOf([...keys].map((text) => JSON.stringify(history.texts[text]))),
    keys: keys.size,
    rows: rows.subarray(ends[object], ends[object + 1]),
  }));
}

/** Two keys by their names; of more, how many there are. */
function nameOf(keys: readonly string[]): string {
  return keys.length <= 2
    ? keys.join(' and ')
    : `${keys[0]} and ${keys.length - 1} keys that transfers join to it`;
}
