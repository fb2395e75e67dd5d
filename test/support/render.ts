/**
 * Plain data as compact text: `write key=x value=5` for an object that has a `type`, `{a=1}` for one that has none,
 * `[1 2]` for arrays, `Map{…}` and `Set{…}`. Words that need no quotes have none.
 */
export function render(value: unknown): string {
  if (typeof value === 'string') return bareWord.test(value) ? value : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(render).join(' ')}]`;
  if (value instanceof Map) return `Map{${fields([...value])}}`;
  if (value instanceof Set) return `Set{${[...value].map(render).join(' ')}}`;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  const tag = 'type' in value && typeof value.type === 'string' ? value.type : undefined;
  if (tag === undefined) return `{${fields(entries)}}`;
  return [tag, fields(entries.filter(([name]) => name !== 'type'))].filter((part) => part !== '').join(' ');
}

// A word that could be taken for a number, a boolean or null is quoted.
const bareWord = /^(?!true$|false$|null$|undefined$)[\p{L}_][\p{L}\d_.:/@+-]*$/u;

function fields(entries: readonly (readonly [unknown, unknown])[]): string {
  return entries.map(([name, value]) => `${render(name)}=${nested(value)}`).join(' ');
}

function nested(value: unknown): string {
  const text = render(value);
  return text.includes(' ') && !/^(?:[[{"]|Map|Set)/.test(text) ? `(${text})` : text;
}

/** Values as scripts write them: a number, `true`, `false`, `null`, `[1,2]`, or else a string. */
export function parseValue(text: string): null | boolean | number | string {
  try {
    return JSON.parse(text) as null | boolean | number | string;
  } catch {
    return text;
  }
}

const unitMicros: Readonly<Record<string, number>> = { us: 1, ms: 1_000, s: 1_000_000 };

/** `100ms`, `2s`, `-50us` in microseconds; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = /^([+-]?\d+(?:\.\d+)?)(us|ms|s)$/.exec(text);
  if (match === null) return undefined;
  return Math.round(Number(match[1]) * (unitMicros[match[2] ?? ''] ?? 1));
}

/** Microseconds in the largest unit that needs at most three decimals. */
export function renderDuration(micros: number): string {
  if (Math.abs(micros) >= 1_000_000) return `${micros / 1_000_000}s`;
  if (Math.abs(micros) >= 1_000) return `${micros / 1_000}ms`;
  return `${micros}us`;
}
