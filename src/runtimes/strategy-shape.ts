import { guarantees } from '../kernel/guarantee.ts';
import { operationKinds } from '../kernel/operation.ts';
import type { Knobs, KnobValue } from '../kernel/replica.ts';
import { type AnyStrategy, faultKinds, type Knob } from '../kernel/strategy.ts';

type Complain = (what: string) => void;
type Unknown<T> = { readonly [field in keyof T]?: unknown };

const services = ['native', 'read-modify-write', 'refused'];
const families = ['eventual', 'strong'];
const knobKinds = ['integer', 'number', 'boolean', 'choice', 'duration'];

/** All that is wrong with the shape of what a module exports as its strategy; none where nothing is. */
export function mistakesIn(candidate: unknown, knobs: Knobs): readonly string[] {
  if (typeof candidate !== 'object' || candidate === null) {
    return ['it has no export called "strategy" that is an object'];
  }
  const strategy = candidate as Unknown<AnyStrategy>;
  const mistakes: string[] = [];
  const complain = (what: string) => void mistakes.push(what);
  if (typeof strategy.name !== 'string' || strategy.name === '') complain('"name" must be a text');
  if (typeof strategy.summary !== 'string') complain('"summary" must be a text');
  if (!isOneOf(families, strategy.family)) complain(`"family" must be ${oneOf(families)}`);
  for (const part of ['guarantees', 'create'] as const) {
    if (typeof strategy[part] !== 'function') complain(`"${part}" must be a function`);
  }
  checkKnobs(strategy.knobs, complain);
  checkOperations(strategy.operations, complain);
  checkWords('tolerates', 'faults', strategy.tolerates, faultKinds, complain);
  if (mistakes.length === 0) checkGuarantees(candidate as AnyStrategy, knobs, complain);
  return mistakes;
}

function checkOperations(operations: unknown, complain: Complain): void {
  const served = (operations ?? {}) as Readonly<Record<string, unknown>>;
  for (const kind of operationKinds) {
    if (!isOneOf(services, served[kind])) complain(`"operations.${kind}" must be ${oneOf(services)}`);
  }
  const unknown = Object.keys(served).find((kind) => !isOneOf(operationKinds, kind));
  if (unknown !== undefined) {
    complain(`"operations.${unknown}" is no operation: there are ${operationKinds.join(', ')}`);
  }
}

/** Asks for the promises with the knobs of the run, or with the defaults of those that it leaves out. */
function checkGuarantees(strategy: AnyStrategy, given: Knobs, complain: Complain): void {
  const defaults = Object.fromEntries(strategy.knobs.map((knob) => [knob.name, knob.default]));
  try {
    checkWords(
      'guarantees()',
      'guarantees',
      strategy.guarantees({ ...defaults, ...given }),
      guarantees,
      complain,
    );
  } catch (error) {
    complain(`"guarantees" threw ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkWords(
  field: string,
  what: string,
  words: unknown,
  known: readonly string[],
  complain: Complain,
): void {
  if (!Array.isArray(words)) return complain(`"${field}" must be a list`);
  const unknown = words.filter((word) => !isOneOf(known, word)).map(quoted);
  if (unknown.length === 0) return;
  complain(`"${field}" has ${unknown.join(', ')}: there are the ${what} ${known.join(', ')}`);
}

function checkKnobs(knobs: unknown, complain: Complain): void {
  if (!Array.isArray(knobs)) return complain('"knobs" must be a list');
  const names = new Set<string>();
  for (const [index, candidate] of knobs.entries()) {
    const knob = (candidate ?? {}) as Unknown<Knob>;
    const { name } = knob;
    if (typeof name !== 'string' || name === '' || name === 'label') {
      complain(`"knobs[${index}].name" must be a text other than label`);
      continue;
    }
    if (names.has(name)) complain(`there are two knobs "${name}"`);
    names.add(name);
    checkKnob(`knob "${name}"`, knob, complain);
  }
}

function checkKnob(place: string, knob: Unknown<Knob>, complain: Complain): void {
  if (!isOneOf(knobKinds, knob.kind)) return complain(`${place}: "kind" must be ${oneOf(knobKinds)}`);
  if (typeof knob.sentence !== 'string') complain(`${place}: "sentence" must be a text`);
  for (const bound of ['minimum', 'maximum'] as const) {
    if (knob[bound] !== undefined && !isNumber(knob[bound]))
      complain(`${place}: "${bound}" must be a number`);
  }
  if (knob.kind === 'choice' && !isListOfTexts(knob.choices)) {
    return complain(`${place}: "choices" must be a list of texts`);
  }
  if (!fits(knob as Knob, knob.default)) complain(`${place}: "default" must be ${allowedBy(knob as Knob)}`);
}

function fits(knob: Knob, value: unknown): value is KnobValue {
  switch (knob.kind) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return isOneOf(knob.choices ?? [], value);
    case 'number':
      return isNumber(value) && within(knob, value);
    case 'integer':
    case 'duration':
      return Number.isSafeInteger(value) && within(knob, value as number);
  }
}

function within({ minimum = -Infinity, maximum = Infinity }: Knob, value: number): boolean {
  return value >= minimum && value <= maximum;
}

function allowedBy({ kind, choices = [], minimum, maximum }: Knob): string {
  if (kind === 'boolean') return 'true or false';
  if (kind === 'choice') return oneOf(choices);
  const what = { number: 'a number', integer: 'a whole number', duration: 'a whole number of microseconds' }[
    kind
  ];
  const least = minimum === undefined ? '' : `, at least ${minimum}`;
  return `${what}${least}${maximum === undefined ? '' : `, at most ${maximum}`}`;
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

function isListOfTexts(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0 && list.every((each) => typeof each === 'string');
}

function isOneOf(known: readonly string[], word: unknown): boolean {
  return typeof word === 'string' && known.includes(word);
}

function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function quoted(word: unknown): string {
  return typeof word === 'string' ? `"${word}"` : String(word);
}
