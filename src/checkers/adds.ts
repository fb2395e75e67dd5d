import { completionCode, type History, kindCode, phaseCode, valueKind } from '../history/history.ts';
import { addBounds } from './bounds.ts';
import { rowsByKey } from './keys.ts';
import type { Verdict } from './verdict.ts';
import { atSecond, processOf } from './words.ts';

/** What became of acknowledged adds, summed over all keys that only adds change and that were read in the end. */
export interface AddAudit {
  /** Keys that could be audited, and those that adds changed but no final read answered for. */
  readonly keys: number;
  readonly unread: number;
  /** What acknowledged adds put in. */
  readonly acknowledged: number;
  /** What the final reads fall short of, and what they show beyond everything that was asked for. */
  readonly lost: number;
  readonly duplicated: number;
  /** The final read that shows it best, or −1. */
  readonly witness: number;
}

/**
 * Compares the reads of the final phase with the adds: each acknowledged add counts once, each unanswered one may count. Where
 * several final reads of a key differ, the worst one counts.
 */
export function auditAdds(history: History): AddAudit {
  const audit = { keys: 0, unread: 0, acknowledged: 0, lost: 0, duplicated: 0, witness: -1 };
  let worst = 0;
  for (const { rows } of rowsByKey(history)) {
    const found = auditKey(history, rows);
    if (found === null) continue;
    if (found.read === -1) {
      audit.unread += 1;
      continue;
    }
    audit.keys += 1;
    audit.acknowledged += found.acknowledged;
    audit.lost += found.lost;
    audit.duplicated += found.duplicated;
    if (found.lost + found.duplicated > worst) {
      worst = found.lost + found.duplicated;
      audit.witness = found.read;
    }
  }
  return audit;
}

/** Every acknowledged add is in the final value exactly once. */
export function checkNoLostAdds(history: History): Verdict {
  const audit = auditAdds(history);
  if (audit.lost > 0 || audit.duplicated > 0) {
    return {
      type: 'violated',
      witness: [audit.witness],
      sentence: inWords(history, audit),
      count: audit.lost + audit.duplicated,
    };
  }
  if (audit.keys === 0)
    return { type: 'unknown', because: 'no key that only adds change was read in the end' };
  if (audit.unread > 0) {
    return {
      type: 'unknown',
      because: `${audit.unread} keys that adds changed could not be read in the end`,
    };
  }
  return { type: 'holds' };
}

interface KeyAudit {
  readonly acknowledged: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly read: number;
}

function auditKey(history: History, rows: Uint32Array): KeyAudit | null {
  const {
    kind,
    phase,
    completion,
    argument,
    value,
    valueKind: kinds,
    invokedAt,
    completedAt,
  } = history.columns;
  const added = (row: number) => kind[row] === kindCode.add && completion[row] === completionCode.ok;
  const bounds = rows.some((row) => kind[row] === kindCode.add) ? addBounds(history, rows) : null;
  if (bounds === null) return null;
  const acknowledged = rows.reduce((sum, row) => sum + (added(row) ? argument[row]! : 0), 0);
  let worst: KeyAudit = { acknowledged, lost: 0, duplicated: 0, read: -1 };
  for (const row of rows) {
    const counts = kind[row] === kindCode.read && phase[row] === phaseCode.final;
    if (!counts || completion[row] !== completionCode.ok) continue;
    const seen = kinds[row] === valueKind.number ? value[row]! : 0;
    const { least, most } = bounds.between(invokedAt[row]!, completedAt[row]!);
    const lost = Math.max(0, least - seen);
    const duplicated = Math.max(0, seen - most);
    if (worst.read === -1 || lost + duplicated > worst.lost + worst.duplicated) {
      worst = { acknowledged, lost, duplicated, read: row };
    }
  }
  // What certainly did not happen changed nothing, and so nobody has to read what became of it.
  const changed = rows.some((row) => kind[row] === kindCode.add && completion[row] !== completionCode.fail);
  return worst.read === -1 && !changed ? null : worst;
}

function inWords(history: History, audit: AddAudit): string {
  const row = audit.witness;
  const { key, value, valueKind: kinds, invokedAt } = history.columns;
  const seen = kinds[row] === valueKind.number ? value[row] : 'nothing';
  const example = `${processOf(history, row)} read ${seen} of ${JSON.stringify(history.texts[key[row]!])} at ${atSecond(invokedAt[row]!)}, after all was quiet`;
  const lost = audit.lost > 0 ? [`${audit.lost} of ${audit.acknowledged} acknowledged are lost`] : [];
  const extra = audit.duplicated > 0 ? [`${audit.duplicated} more than were ever asked for are there`] : [];
  return `in the end ${[...lost, ...extra].join(', and ')}: ${example}`;
}
