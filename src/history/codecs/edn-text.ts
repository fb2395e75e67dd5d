import type { Plain } from '../../kernel/operation.ts';

/** Plain data as EDN: what `EdnReader` gives back for it is the same. */
export function ednText(value: Plain): string {
  if (value === null || value === undefined) return 'nil';
  if (typeof value === 'string') return isWord(value) ? value : ednString(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Map)
    return `{${[...value].map(([key, held]) => `${ednText(key)} ${ednText(held)}`).join(', ')}}`;
  if (value instanceof Set) return `#{${[...value].map(ednText).join(' ')}}`;
  if (Array.isArray(value)) return `[${value.map(ednText).join(' ')}]`;
  return `{${Object.entries(value)
    .map(([name, held]) => `${ednText(`:${name}`)} ${ednText(held)}`)
    .join(', ')}}`;
}

/** A string of EDN, on one line. */
export function ednString(text: string): string {
  return JSON.stringify(text).replace(/\\u007f|[\u007f-\u009f\u2028\u2029\ufeff]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A keyword of plain letters is written as one. Anything else is a string. */
function isWord(text: string): boolean {
  return /^:[A-Za-z*!?_][\w*!?./-]*$/.test(text);
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return '##NaN';
  if (!Number.isFinite(value)) return value > 0 ? '##Inf' : '##-Inf';
  if (Object.is(value, -0)) return '-0.0';
  // Whole numbers of more digits than a double holds would be read as exact ones, which are texts here.
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}
