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
  return deal(
    history,
    Uint32Array.from(history.texts, (_, text) => text),
  );
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
  return deal(
    history,
    parents.map((_, text) => rootOf(text)),
  );
}

/** Deals the rows out in two passes over the columns; `objects` maps the text of a key to that of its object. */
function deal(history: History, objects: Uint32Array): readonly ObjectRows[] {
  const { key, to } = history.columns;
  const ends = new Uint32Array(history.texts.length + 1);
  const keysOf = new Map<number, Set<number>>();
  const isKey = new Uint8Array(history.texts.length);
  const name = (text: number) => {
    isKey[text] = 1;
    const keys = keysOf.get(objects[text]!) ?? new Set();
    keysOf.set(objects[text]!, keys.add(text));
  };
  for (let row = 0; row < history.length; row += 1) {
    const text = key[row]!;
    const other = to[row]!;
    if (isKey[text] === 0) name(text);
    ends[objects[text]! + 1]! += 1;
    if (other === noText) continue;
    if (isKey[other] === 0) name(other);
    if (objects[other] !== objects[text]) ends[objects[other]! + 1]! += 1;
  }
  for (let text = 1; text < ends.length; text += 1) ends[text]! += ends[text - 1]!;
  const rows = rowsDealt(history, objects, ends);
  return [...keysOf].map(([object, keys]) => ({
    name: nameOf([...keys].map((text) => JSON.stringify(history.texts[text]))),
    keys: keys.size,
    rows: rows.subarray(ends[object], ends[object + 1]),
  }));
}

/** The rows of all objects, one after the other; those of an object begin at `starts`. */
function rowsDealt(history: History, objects: Uint32Array, starts: Uint32Array): Uint32Array {
  const { key, to } = history.columns;
  const next = starts.slice();
  const rows = new Uint32Array(starts.at(-1)!);
  for (let row = 0; row < history.length; row += 1) {
    const object = objects[key[row]!]!;
    rows[next[object]!] = row;
    next[object]! += 1;
    const other = to[row] === noText ? object : objects[to[row]!]!;
    if (other === object) continue;
    rows[next[other]!] = row;
    next[other]! += 1;
  }
  return rows;
}

/** Two keys by their names; of more, how many there are. */
function nameOf(keys: readonly string[]): string {
  return keys.length <= 2
    ? keys.join(' and ')
    : `${keys[0]} and ${keys.length - 1} keys that transfers join to it`;
}
