import type { RecordedCall } from '../../history/recorded.ts';
import type { Plain } from '../../kernel/operation.ts';
import { encode } from '../search/encode.ts';
import { functionOf, inWords, UnknownCallError } from './model.ts';

/** The answer of a call that tells what it saw. A file that leaves it out says something else than one that tells of nothing. */
export function toldBy(call: RecordedCall): Plain {
  if (call.output !== undefined) return call.output;
  throw new UnknownCallError(
    call,
    `the answer of ${call.function} has no value; it is nil where nothing was there`,
  );
}

/** What a call was asked to put there. */
export function givenTo(call: RecordedCall): Plain {
  if (call.input !== undefined) return call.input;
  throw new UnknownCallError(call, `${call.function} has no value; it takes one`);
}

/**
 * Refuses an answer to an update that does not fit it. Recorders repeat what was asked, or tell what is there now, or that all is well;
 * anything else means something that no model knows, such as the value before, or that the update was not done after all.
 */
export function refuseOddAnswer(call: RecordedCall, ...fitting: readonly Plain[]): void {
  const { output } = call;
  if (output === undefined || output === null || output === true) return;
  if (typeof output === 'string' && /^:?ok$/i.test(output)) return;
  const told = encode(output);
  if (fitting.some((value) => encode(value) === told)) return;
  throw new UnknownCallError(
    call,
    `${call.function} of ${inWords(call.input)} is answered with ${inWords(output)}; the answer repeats what was asked, or has none (what was not done is :fail)`,
  );
}

/** Refuses texts where numbers are written and numbers where texts are, if they look alike: whoever recorded them changed their type. */
export function refuseOtherTypes(calls: readonly RecordedCall[]): (call: RecordedCall) => void {
  const written = new Set<string>();
  for (const call of calls) {
    if (functionOf(call) === 'write') written.add(encode(call.input));
    if (functionOf(call) === 'cas' && Array.isArray(call.input)) {
      for (const value of call.input as readonly Plain[]) written.add(encode(value));
    }
  }
  return (call) => {
    const { output } = call;
    const other = typeof output === 'number' ? String(output) : typeof output === 'string' ? output : null;
    if (other === null || other === '' || written.has(encode(output))) return;
    const twin = typeof output === 'number' ? other : Number(other);
    if (Number.isNaN(twin) || !written.has(encode(twin))) return;
    const [told, kept] = typeof output === 'number' ? ['a number', 'a text'] : ['a text', 'a number'];
    throw new UnknownCallError(
      call,
      `it was answered with ${inWords(output)}, ${told}, although what was written is ${kept}; write equal values alike`,
    );
  };
}
