import {
  type Add,
  applyTo,
  type Cas,
  type Completion,
  isUpdate,
  type Read,
  type RequestId,
  type Value,
  type Write,
} from '../../kernel/operation.ts';
import type { Outbox } from '../../kernel/replica.ts';
import type { Micros } from '../../kernel/time.ts';
import type { Ballot } from './ballot.ts';
import type { EpochMessage } from './message.ts';

export type SingleKeyOperation = Read | Write | Add | Cas;

/** What an operation would answer if the value proposed under `ballot` were chosen. */
interface Attempt {
  readonly ballot: Ballot;
  /** The ballot under which it was applied: an earlier one where the base contained it already. */
  readonly applied: Ballot;
  readonly completion: Completion;
  readonly earlier: Attempt | null;
}

/** A client's operation that has not been answered yet. */
export interface Pending {
  readonly request: RequestId;
  readonly operation: SingleKeyOperation;
  readonly since: Micros;
  /** The newest first; null as long as the operation is in no proposal, and so certainly not done. */
  attempts: Attempt | null;
}

const written: Completion = { type: 'ok' };

/**
 * Applies a batch in order on top of `base`, under a new ballot. An operation that `base` contains already, by its
 * attempt under `contained` (the latest ballot of this proposer in the lineage of `base`), is not applied again but
 * keeps the completion of that attempt.
 */
export function applyBatch(batch: readonly Pending[], ballot: Ballot, base: Value, contained: Ballot): Value {
  let value = base;
  for (const pending of batch) {
    const before = attemptUnder(contained, pending.attempts);
    let completion = before?.completion;
    if (completion === undefined) {
      const effect = applyTo(value, pending.operation);
      completion =
        effect.type === 'refused'
          ? { type: 'refused', because: effect.because, value }
          : pending.operation.type === 'write'
            ? written
            : { type: 'ok', value: effect.value };
      if (effect.type === 'set') value = effect.value;
    }
    const applied = before?.applied ?? ballot;
    pending.attempts = { ballot, applied, completion, earlier: pending.attempts };
  }
  return value;
}

function attemptUnder(ballot: Ballot, attempts: Attempt | null): Attempt | null {
  for (let attempt = attempts; attempt !== null; attempt = attempt.earlier) {
    if (attempt.ballot === ballot) return attempt;
  }
  return null;
}

/** Answers each operation by its newest attempt, whose ballot was chosen. */
export function answerChosen(batch: readonly Pending[], out: Outbox<EpochMessage>): void {
  for (let place = 0; place < batch.length; place += 1) {
    const { request, operation, attempts } = batch[place]!;
    const { completion, applied } = attempts!;
    out.reply(request, completion);
    if (completion.type !== 'ok' || (operation.type !== 'write' && operation.type !== 'cas')) continue;
    const { key, value } = operation;
    out.note({ type: 'committed', key, version: applied, value, place });
  }
}

export function answerReads(reads: readonly Pending[], value: Value, out: Outbox<EpochMessage>): void {
  if (reads.length === 0) return;
  const completion: Completion = { type: 'ok', value };
  for (const { request } of reads) out.reply(request, completion);
}

/**
 * Gives up the operations that came before `before`, and returns the others. A read, and an update in no proposal,
 * certainly took no effect. One that was proposed may be chosen whenever somebody finds it at an acceptor.
 */
export function giveUp(batch: Pending[], before: Micros, out: Outbox<EpochMessage>): Pending[] {
  if (batch.length === 0 || batch[0]!.since >= before) return batch;
  return batch.filter(({ request, operation, since, attempts }) => {
    if (since >= before) return true;
    const proposed = attempts !== null && isUpdate(operation.type);
    out.reply(
      request,
      proposed
        ? { type: 'info', error: 'no majority confirmed it' }
        : { type: 'fail', error: 'no majority answered' },
    );
    return false;
  });
}
