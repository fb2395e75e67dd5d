import { type Columns, type History, kindCode } from '../history/history.ts';
import { type Counter, counterOf, numberRead, numericReads, tolerance } from './counters.ts';
import { finalReads, type KeyView, keyViews } from './keys.ts';
import {
  cameBack,
  forkedCas,
  lostWrites,
  mayHaveHappened,
  phantomValue,
  type RegisterWrites,
  registerWrites,
} from './register-writes.ts';
import { isOk } from './rows.ts';

/** What became of every acknowledged update, by the final reads. Null: the workload has none, or nothing tells. */
export interface Audit {
  /** The sum of acknowledged adds on the keys that could be audited, regardless of sign. */
  readonly acknowledgedIncrements: number | null;
  /** At least how much of it the final values lack. */
  readonly lostIncrements: number | null;
  /** How much the final values hold beyond all that was ever asked. */
  readonly surplusIncrements: number | null;
  /** Counters, accounts among them, whose final value the answered and unknown updates cannot explain. */
  readonly unexplainedKeys: number | null;
  /** How far their final values lie from what can be explained. */
  readonly unexplainedAmount: number | null;
  readonly acknowledgedWrites: number | null;
  /** Acknowledged writes that are newer than the final value of their key. */
  readonly lostWrites: number | null;
  /** Those of them that had been seen: they were there, and an older write took their place. */
  readonly overwrittenWrites: number | null;
  /** Registers whose final value had been replaced by a newer one, and came back. */
  readonly resurrectedWrites: number | null;
  /** Acknowledged cas that replaced what another had replaced. */
  readonly forkedCas: number | null;
  /**
   * Reads of registers that returned what nobody had written by then, or what had certainly not been done; and reads of counters
   * that no choice of what had been asked by then explains.
   */
  readonly phantomReads: number | null;
}

export function audit(history: History, views: readonly KeyView[] = keyViews(history)): Audit {
  const counters: CounterSums = {
    keys: 0,
    adds: 0,
    acknowledged: 0,
    lost: 0,
    surplus: 0,
    unexplained: 0,
    amount: 0,
    known: 0,
    phantoms: 0,
  };
  const registers: RegisterSums = {
    keys: 0,
    audited: 0,
    acknowledged: 0,
    lost: 0,
    overwritten: 0,
    resurrected: 0,
    cas: 0,
    forks: 0,
    phantoms: 0,
  };
  for (const view of views) {
    if (view.shape === 'counter') auditCounter(history.columns, view, counters);
    else if (view.shape === 'register') auditRegister(history.columns, view, registers);
  }
  const ifAdds = (sum: number) => (counters.adds > 0 ? sum : null);
  const ifWrites = (sum: number) => (registers.audited > 0 ? sum : null);
  return {
    acknowledgedIncrements: ifAdds(counters.acknowledged),
    lostIncrements: ifAdds(counters.lost),
    surplusIncrements: ifAdds(counters.surplus),
    unexplainedKeys: counters.keys > 0 ? counters.unexplained : null,
    unexplainedAmount: counters.keys > 0 ? counters.amount : null,
    acknowledgedWrites: ifWrites(registers.acknowledged),
    lostWrites: ifWrites(registers.lost),
    overwrittenWrites: ifWrites(registers.overwritten),
    resurrectedWrites: ifWrites(registers.resurrected),
    forkedCas: registers.cas > 0 ? registers.forks : null,
    phantomReads: registers.keys + counters.known > 0 ? registers.phantoms + counters.phantoms : null,
  };
}

interface CounterSums {
  /** Audited keys, and those among them that are only added to (and not also accounts of transfers). */
  keys: number;
  adds: number;
  acknowledged: number;
  lost: number;
  surplus: number;
  unexplained: number;
  amount: number;
  /** Keys of which the initial value is known, whether or not they were read in the end. */
  known: number;
  phantoms: number;
}

interface RegisterSums {
  /** Keys that were written with unique values, and those among them with a final value. */
  keys: number;
  audited: number;
  acknowledged: number;
  lost: number;
  overwritten: number;
  resurrected: number;
  /** Acknowledged cas, and those among them that replaced what another had replaced. */
  cas: number;
  forks: number;
  phantoms: number;
}

function auditCounter(columns: Columns, view: KeyView, sums: CounterSums): void {
  const counter = counterOf(columns, view);
  if (counter === null) return;
  sums.known += 1;
  sums.phantoms += numericReads(columns, view).filter((row) => isPhantom(columns, counter, row)).length;
  const difference = differenceOf(columns, view, counter);
  if (difference === null) return;
  sums.keys += 1;
  if (difference !== 0) sums.unexplained += 1;
  sums.amount += Math.abs(difference);
  if (view.rows.some((row) => columns.kind[row] === kindCode.transfer)) return;
  sums.adds += 1;
  sums.acknowledged += counter.rises.acknowledged + counter.falls.acknowledged;
  if (isLoss(counter, difference)) sums.lost += Math.abs(difference);
  else sums.surplus += Math.abs(difference);
}

/** Beyond everything that had been asked by the end of the read, in either direction, from the initial value or from nothing. */
function isPhantom(columns: Columns, { base, rises, falls }: Counter, row: number): boolean {
  const by = columns.completedAt[row]!;
  const low = Math.min(0, base) - falls.invokedUpTo(by);
  const high = Math.max(0, base) + rises.invokedUpTo(by);
  return beyond(numberRead(columns, row)!, low, high) !== 0;
}

/** Where updates go both ways, either side may be a lost update as well as one that counted twice; it is called lost. */
function isLoss(counter: Counter, difference: number): boolean {
  if (counter.risesOnly) return difference < 0;
  return counter.fallsOnly ? difference > 0 : true;
}

/** How far the kindest final read lies below (negative) or above what updates can explain; null without one. */
function differenceOf(columns: Columns, view: KeyView, counter: Counter): number | null {
  const low = counter.base + counter.rises.acknowledged - counter.falls.possible;
  const high = counter.base + counter.rises.possible - counter.falls.acknowledged;
  let kindest: number | null = null;
  for (const row of finalReads(columns, view)) {
    const value = numberRead(columns, row);
    if (value === null) continue;
    const difference = beyond(value, low, high);
    if (kindest === null || Math.abs(difference) < Math.abs(kindest)) kindest = difference;
  }
  return kindest;
}

function beyond(value: number, low: number, high: number): number {
  if (value < low - tolerance(low)) return value - low;
  return value > high + tolerance(high) ? value - high : 0;
}

function auditRegister(columns: Columns, view: KeyView, sums: RegisterSums): void {
  const writes = registerWrites(columns, view);
  if (writes === null || writes.rows.length === 0) return;
  sums.keys += 1;
  sums.phantoms += phantomsIn(columns, writes, writes.sources) + phantomsIn(columns, writes, writes.replaced);
  sums.cas += writes.replacers.length;
  sums.forks += forkedCas(writes);
  const lost = lostWrites(columns, writes);
  if (lost === null) return;
  sums.audited += 1;
  sums.acknowledged += writes.rows.filter((row) => isOk(columns, row)).length;
  sums.lost += lost.length;
  sums.overwritten += lost.filter((i) => writes.seen[i] === 1).length;
  if (cameBack(writes)) sums.resurrected += 1;
}

function phantomsIn(columns: Columns, writes: RegisterWrites, sources: Int32Array): number {
  let phantoms = 0;
  for (const source of sources) {
    if (source === phantomValue) phantoms += 1;
    else if (source >= 0 && !mayHaveHappened(columns, writes.rows[source]!)) phantoms += 1;
  }
  return phantoms;
}
