import type { Plain } from '../../kernel/operation.ts';
import { ednText } from './edn-text.ts';

/**
 * Values of EDN as plain data. `nil` is null, keywords and symbols are texts (`:name`, `name`), characters are texts of
 * one character, a map with keywords for keys is an object without their colons, any other a Map, and a vector or a list an array.
 * Numbers that a double cannot hold exactly stay texts, so that no two different ones become equal.
 */
export type EdnValue = Plain;

/** A map, given as its keys and values in turn; undefined where a key is there twice, and nobody could say which value counts. */
export function mapOf(elements: readonly EdnValue[]): EdnValue {
  const named: Record<string, EdnValue> = {};
  for (let i = 0; i < elements.length; i += 2) {
    const key = elements[i];
    if (typeof key !== 'string' || key.charCodeAt(0) !== colon) return mixedMap(elements);
    const name = nameOf(key);
    if (Object.hasOwn(named, name)) return undefined;
    if (name === '__proto__') Object.defineProperty(named, name, { ...property, value: elements[i + 1] });
    else named[name] = elements[i + 1];
  }
  return named;
}

const colon = 0x3a;
const property = { enumerable: true, configurable: true, writable: true };

/** Histories name the same few fields over and over. */
const names = new Map<string, string>();
const mostNames = 1_000;

function nameOf(keyword: string): string {
  const known = names.get(keyword);
  if (known !== undefined) return known;
  const name = keyword.slice(1);
  if (names.size < mostNames) names.set(keyword, name);
  return name;
}

function mixedMap(elements: readonly EdnValue[]): EdnValue {
  const map = new Map<string | number, EdnValue>();
  for (let i = 0; i < elements.length; i += 2) map.set(scalarOf(elements[i]), elements[i + 1]);
  return map.size * 2 === elements.length ? map : undefined;
}

/** A set; where something else than texts and numbers is in it, an array in the order of its elements' text. */
export function setOf(elements: readonly EdnValue[]): EdnValue {
  if (elements.every(isScalar)) return new Set(elements);
  const byText = new Map(elements.map((element) => [ednText(element), element]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, element]) => element);
}

const numberShape = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;
const ratioShape = /^([+-]?\d+)\/(\d+)$/;
const symbolic: Readonly<Record<string, number>> = {
  '##NaN': Number.NaN,
  '##Inf': Number.POSITIVE_INFINITY,
  '##-Inf': Number.NEGATIVE_INFINITY,
};

/** The value of a word that is neither a string nor a character; undefined where it is no EDN. */
export function wordValue(word: string): EdnValue {
  if (word.charCodeAt(0) === colon) return word.length === 1 ? undefined : word;
  switch (word) {
    case 'nil':
      return null;
    case 'true':
      return true;
    case 'false':
      return false;
  }
  if (Object.hasOwn(symbolic, word)) return symbolic[word];
  if (/^[+-]?\d/.test(word)) return numberIn(word);
  return word.startsWith('#') ? undefined : word;
}

function numberIn(word: string): EdnValue {
  const ratio = ratioShape.exec(word);
  if (ratio !== null) return Number(ratio[2]) === 0 ? undefined : word;
  const digits = /[NM]$/.test(word) ? word.slice(0, -1) : word;
  if (!numberShape.test(digits)) return undefined;
  const value = Number(digits);
  const whole = /^[+-]?\d+$/.test(digits);
  if (whole && !Number.isSafeInteger(value)) return digits.replace(/^\+/, '');
  // A decimal that was written as exact keeps its text where a double would round it.
  if (word.endsWith('M') && !whole && String(value) !== digits) return digits;
  return value;
}

const namedCharacters: Readonly<Record<string, string>> = {
  newline: '\n',
  return: '\r',
  space: ' ',
  tab: '\t',
  formfeed: '\f',
  backspace: '\b',
};

/** The text of a character, given without its backslash; undefined where there is no such character. */
export function characterIn(word: string): string | undefined {
  if ([...word].length === 1) return word;
  if (/^u[0-9a-fA-F]{4}$/.test(word)) return String.fromCharCode(Number.parseInt(word.slice(1), 16));
  if (/^o[0-3]?[0-7]{1,2}$/.test(word)) return String.fromCharCode(Number.parseInt(word.slice(1), 8));
  return Object.hasOwn(namedCharacters, word) ? namedCharacters[word] : undefined;
}

function scalarOf(key: EdnValue): string | number {
  return isScalar(key) ? key : ednText(key);
}

function isScalar(value: EdnValue): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
