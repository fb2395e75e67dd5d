/**
 * Where the fields of a line of JSON stand in its text: what `JSON.parse` does not tell. The text must be JSON, as that has found
 * already, so nothing is looked at twice.
 */
export interface PlacedField {
  readonly name: string;
  /** Where the value begins, from 0. */
  readonly at: number;
}

/** The fields of the object that begins there, in the order of the text, each as often as it stands in it; none where there is no object. */
export function fieldsIn(text: string, at = 0): readonly PlacedField[] {
  const fields: PlacedField[] = [];
  let next = afterBlanks(text, at);
  if (text[next] !== '{') return fields;
  for (next = afterBlanks(text, next + 1); text[next] === '"'; next = afterBlanks(text, next)) {
    const end = afterString(text, next);
    const value = afterBlanks(text, afterBlanks(text, end) + 1);
    fields.push({ name: nameIn(text.slice(next, end)), at: value });
    next = afterBlanks(text, afterValue(text, value));
    if (text[next] === ',') next += 1;
  }
  return fields;
}

function nameIn(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

/** The column, from 1, of the value behind some names, each in the object of the one before; of the innermost object where one is missing. */
export function columnOf(text: string, path: readonly string[]): number {
  let at = afterBlanks(text, 0);
  for (const name of path) {
    const field = fieldsIn(text, at).findLast((one) => one.name === name);
    if (field === undefined) break;
    at = field.at;
  }
  return at + 1;
}

/** A field that its object has already, in the outermost object or in one that stands in it. */
export function repeatedField(text: string): PlacedField | null {
  const outer = fieldsIn(text);
  for (const fields of [outer, ...outer.map(({ at }) => fieldsIn(text, at))]) {
    const names = new Set<string>();
    for (const field of fields) {
      if (names.has(field.name)) return field;
      names.add(field.name);
    }
  }
  return null;
}

const manyDigits = /\d{16}/;
const numeric = '0123456789-+.eE';

/** A number that a double does not hold, so that two different ones would be read as one. Texts may have as many digits as they like. */
export function lossyNumber(text: string): { readonly number: string; readonly at: number } | null {
  if (!manyDigits.test(text)) return null;
  for (let at = 0; at < text.length; ) {
    const character = text[at]!;
    if (character === '"') {
      at = afterString(text, at);
    } else if (numeric.includes(character)) {
      const from = at;
      while (at < text.length && numeric.includes(text[at]!)) at += 1;
      const number = text.slice(from, at);
      if (manyDigits.test(number) && String(Number(number)) !== number) return { number, at: from };
    } else at += 1;
  }
  return null;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\r' || text[at] === '\n') at += 1;
  return at;
}

/** Behind the string that begins there. */
function afterString(text: string, from: number): number {
  let at = from + 1;
  for (; at < text.length && text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
  return at + 1;
}

/** Behind the value that begins there. Without recursion, as values may be nested deeply. */
function afterValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; ) {
    const character = text[at]!;
    if (character === '"') {
      at = afterString(text, at);
      continue;
    }
    const closes = character === '}' || character === ']';
    if (depth === 0 && (closes || character === ',')) return at;
    if (closes) depth -= 1;
    if (character === '{' || character === '[') depth += 1;
    at += 1;
  }
  return text.length;
}
