import {
  completionCode,
  decodeValue,
  type History,
  kindCode,
  noText,
  phaseCode,
  valueKind,
} from '../history/history.ts';

/** A row and by how much it changes a key. */
export interface Step {
  readonly row: number;
  readonly amount: number;
}

/** A key that nothing may take below its floor: whatever lowers it has one, and what is written is not below the lowest. */
export interface FlooredKey {
  /** In quotes. */
  readonly name: string;
  /** The lowest that any update asks for. */
  readonly floor: number;
  /** How much could be taken at the start; null where the key is also written later, or nobody knows its start. */
  readonly supply: number | null;
  /** What lowers it and what raises it, where it was done or may have been; amounts are positive. */
  readonly takings: readonly Step[];
  readonly gains: readonly Step[];
  /** What somebody was told that it holds. */
  readonly seen: readonly { readonly row: number; readonly value: number }[];
}

/** Every such key, in the order in which they were first asked for. */
export function flooredKeys(history: History): readonly FlooredKey[] {
  const { key, to } = history.columns;
  const facts = new Map<number, Facts>();
  for (let row = 0; row < history.length; row += 1) {
    note(history, row, key[row]!, facts);
    if (to[row] !== noText && to[row] !== key[row]) note(history, row, to[row]!, facts);
  }
  return [...facts].flatMap(
    ([text, found]) => flooredKey(history, JSON.stringify(history.texts[text]), found) ?? [],
  );
}

/** What the history tells of one key. */
interface Facts {
  floor: number;
  readonly takings: Step[];
  readonly gains: Step[];
  readonly seen: { readonly row: number; readonly value: number }[];
  readonly writes: { readonly row: number; readonly value: number }[];
  /** The first rows that touch it. */
  readonly first: number[];
}

function note(history: History, row: number, key: number, facts: Map<number, Facts>): void {
  let found = facts.get(key);
  if (found === undefined) {
    found = { floor: Number.POSITIVE_INFINITY, takings: [], gains: [], seen: [], writes: [], first: [] };
    facts.set(key, found);
  }
  if (found.first.length < 2) found.first.push(row);
  const value = valueTold(history, row, key);
  if (value !== null) found.seen.push({ row, value });
  const change = changeBy(history, row, key);
  const happened = mayHaveHappened(history, row);
  // A refusal too tells which floor was asked for; only what may have happened can go below one.
  const asked = change < 0 ? floorAsked(history, row, key) : Number.POSITIVE_INFINITY;
  if (happened || Number.isFinite(asked)) found.floor = Math.min(found.floor, asked);
  if (!happened) return;
  const kind = history.columns.kind[row]!;
  if (kind === kindCode.write || kind === kindCode.cas) found.writes.push(writeOf(history, row));
  if (change > 0) found.gains.push({ row, amount: change });
  if (change < 0) found.takings.push({ row, amount: -change });
}

function flooredKey(history: History, name: string, facts: Facts): FlooredKey | null {
  const { floor, takings, gains, seen, writes } = facts;
  const opening = openingOf(history, facts);
  const initial = opening ?? 0;
  const isFloored = Number.isFinite(floor) && initial >= floor && writes.every(({ value }) => value >= floor);
  if (!isFloored) return null;
  const isKnown = writes.length === (opening === null ? 0 : 1);
  return { name, floor, supply: isKnown ? initial - floor : null, takings, gains, seen };
}

/** What the setup wrote before anything else began; null where it did not, and the key began with nothing. */
function openingOf({ columns }: History, { writes, first: [row, next] }: Facts): number | null {
  const [write] = writes;
  if (write === undefined || write.row !== row || columns.phase[row] !== phaseCode.setup) return null;
  if (columns.completion[row] !== completionCode.ok) return null;
  return next === undefined || columns.invokedAt[next]! > columns.completedAt[row]! ? write.value : null;
}

function changeBy({ columns }: History, row: number, key: number): number {
  const amount = columns.argument[row]!;
  switch (columns.kind[row]) {
    case kindCode.add:
      return amount;
    case kindCode.transfer:
      return (columns.to[row] === key ? amount : 0) - (columns.key[row] === key ? amount : 0);
    default:
      return 0;
  }
}

/** Minus infinity where there is none, as for the taker of a transfer of less than nothing. */
function floorAsked({ columns }: History, row: number, key: number): number {
  const has = columns.conditionKind[row] === valueKind.number && columns.key[row] === key;
  return has ? columns.condition[row]! : Number.NEGATIVE_INFINITY;
}

function writeOf({ columns }: History, row: number) {
  const isNumber = columns.argumentKind[row] === valueKind.number;
  return { row, value: isNumber ? columns.argument[row]! : Number.NaN };
}

/** The balance of a key that an answer tells; nothing written is 0. A transfer tells those of both keys, or of the giver alone. */
function valueTold(history: History, row: number, key: number): number | null {
  const { columns } = history;
  const code = columns.completion[row]!;
  const kind = columns.kind[row]!;
  if (code !== completionCode.ok && code !== completionCode.refused) return null;
  const told = decodeValue(history, columns.valueKind[row]!, columns.value[row]!);
  if (told === undefined) return null;
  if (kind === kindCode.transfer) {
    const balances = Array.isArray(told) ? (told as readonly unknown[]) : [told];
    const balance = balances[columns.key[row] === key ? 0 : 1];
    return typeof balance === 'number' ? balance : null;
  }
  if (told === null) return 0;
  return typeof told === 'number' ? told : null;
}

function mayHaveHappened({ columns }: History, row: number): boolean {
  const code = columns.completion[row]!;
  return code !== completionCode.fail && code !== completionCode.refused;
}
