import type { Key, NodeId } from '../../kernel/operation.ts';
import { Tally } from '../../kernel/quorum.ts';
import type { Env, Outbox, TimerId } from '../../kernel/replica.ts';
import { type Micros, milliseconds, seconds } from '../../kernel/time.ts';
import type { Acceptor } from './acceptor.ts';
import type { Ballot } from './ballot.ts';
import type { Chosen, EpochMessage, Keys, Scanning } from './message.ts';
import type { Proposer } from './proposer.ts';
import type { Roster } from './roster.ts';

type Out = Outbox<EpochMessage>;

/** A newcomer begins at once; in this time the others hear that it does. */
const headStart: Micros = milliseconds(300);
/** How long each member leaves the work to those before it. */
const patience: Micros = seconds(1);
/** How often the work looks after itself, and the others hear that somebody is at it. */
const tickEvery: Micros = milliseconds(200);
/** So many keys are proposed again at once. */
const atOnce = 256;

/**
 * What settles an epoch: every key is proposed once more, as it is, under ballots of the new epoch (Rystsov 2018,
 * section 2.3: "rescan"). Why that is needed and is enough:
 *
 * - An acceptor votes in one epoch at a time, and epochs only grow. Majorities of two epochs that follow each other
 *   meet, so within two of them all is as in one: the node in which they meet has voted for the older ballot, or has
 *   promised the newer one first. Majorities of epochs further apart need not meet.
 * - So the next epoch does not begin before the rescan of this one has ended. A majority tells which keys it has voted
 *   on, promises included, after it has entered the epoch. It meets every majority of the epoch before, so no ballot of
 *   that epoch was prepared for a key that is not on the list, and none can be from now on.
 * - For each of these keys a ballot is prepared and chosen in this epoch, by whichever proposer. Its promises meet the promises of each
 *   ballot of the epoch before, so it is above all of them, and its value descends from all that was chosen there. The
 *   majority that accepted it meets all majorities of the epoch that comes next. There no older ballot can be chosen
 *   any more, and every newer one descends from this.
 *
 * A newcomer does the work for its own epoch: it votes from the first moment (a majority with it meets every older one
 * in an older member), and serves when it holds everything. After a leave the first member does it, and where nobody
 * is seen at it the next one. Two at once do no harm.
 */
export class Rescan {
  readonly #roster: Roster;
  readonly #acceptor: Acceptor;
  readonly #proposer: Proposer;
  #phase: 'wait' | 'list' | 'propose' | 'settled' = 'settled';
  #joining: boolean;
  #timer: TimerId | null = null;
  #lists = new Tally(0);
  /** The keys to propose again, with the highest promise that was heard of. */
  readonly #keys = new Map<Key, Ballot>();
  /** Those of them that are being proposed. */
  readonly #open = new Set<Key>();
  #filling = false;

  constructor(env: Env, roster: Roster, acceptor: Acceptor, proposer: Proposer) {
    this.#roster = roster;
    this.#acceptor = acceptor;
    this.#proposer = proposer;
    this.#joining = env.joining;
  }

  /** This node has entered an epoch. */
  begin(out: Out): void {
    this.#stop(out);
    if (!this.#roster.isMember || this.#roster.epoch === 1) return;
    this.#phase = 'wait';
    this.#timer = out.setTimer(this.#joining ? 0 : headStart + this.#rank() * patience, { type: 'rescan' });
    this.#joining = false;
  }

  onTimer(out: Out): void {
    this.#timer = null;
    if (this.#phase === 'settled') return;
    if (this.#phase === 'wait') this.#startListing(out);
    else if (this.#phase === 'list') this.#askForKeys(out);
    else this.#lookAfter(out);
    if (this.#timer === null && this.#isAtIt()) this.#timer = out.setTimer(tickEvery, { type: 'rescan' });
  }

  onList(from: NodeId, out: Out): void {
    if (this.#phase === 'settled') return out.send(from, { type: 'settled' });
    out.send(from, { type: 'keys', keys: [...this.#acceptor.promises()] });
    this.#leaveIt(out);
  }

  /** A node did not hear what it was asked, for it did not know of the epoch; now it does. */
  onLagging(node: NodeId, out: Out): void {
    if (this.#phase === 'list' && !this.#lists.has(node)) out.send(node, { type: 'list' });
  }

  /** Those who are asked for a key all the time choose ballots for it all the time: one of theirs does as well. */
  onScanning(from: NodeId, { keys }: Scanning, out: Out): void {
    if (this.#phase === 'settled') return out.send(from, { type: 'settled' });
    const chosen = keys.filter((key) => this.#acceptor.isConfirmed(key));
    if (chosen.length > 0) out.send(from, { type: 'chosen', keys: chosen });
    this.#leaveIt(out);
  }

  onChosenElsewhere({ keys }: Chosen, out: Out): void {
    for (const key of keys) this.onChosen(key, out);
  }

  /** Somebody is at it. */
  #leaveIt(out: Out): void {
    if (this.#phase !== 'wait') return;
    if (this.#timer !== null) out.cancelTimer(this.#timer);
    this.#timer = out.setTimer((this.#roster.peers.length + this.#rank()) * patience, { type: 'rescan' });
  }

  onKeys(from: NodeId, { keys }: Keys, out: Out): void {
    if (this.#phase === 'list') this.#hear(from, keys, out);
  }

  onSettled(out: Out): void {
    this.#stop(out);
  }

  /** A ballot of this epoch was chosen for a key. */
  onChosen(key: Key, out: Out): void {
    if (this.#phase !== 'propose' || !this.#keys.delete(key)) return;
    this.#open.delete(key);
    this.#fill(out);
  }

  #rank(): number {
    return this.#roster.membership.members.indexOf(this.#roster.id);
  }

  #isAtIt(): boolean {
    return this.#phase === 'list' || this.#phase === 'propose';
  }

  #startListing(out: Out): void {
    this.#phase = 'list';
    this.#lists = new Tally(this.#roster.majority);
    this.#askForKeys(out);
    this.#hear(this.#roster.id, this.#acceptor.promises(), out);
  }

  #askForKeys(out: Out): void {
    for (const peer of this.#roster.peers) if (!this.#lists.has(peer)) out.send(peer, { type: 'list' });
  }

  #hear(from: NodeId, keys: Iterable<readonly [Key, Ballot]>, out: Out): void {
    for (const [key, promise] of keys) this.#keys.set(key, Math.max(promise, this.#keys.get(key) ?? 0));
    if (!this.#lists.add(from)) return;
    this.#phase = 'propose';
    this.#fill(out);
  }

  /** Begins with as many keys as there is room for. A cluster of one chooses at once, and so calls this in the middle of it. */
  #fill(out: Out): void {
    if (this.#filling) return;
    this.#filling = true;
    for (const [key, promise] of this.#keys) {
      if (this.#open.size >= atOnce) break;
      if (this.#open.has(key)) continue;
      this.#open.add(key);
      this.#proposer.refresh(key, promise, out);
    }
    this.#filling = false;
    if (this.#keys.size === 0) this.#settle(out);
  }

  /** What came to nothing is begun again; the proposer goes on with the rest. */
  #lookAfter(out: Out): void {
    const keys = [...this.#open];
    for (const peer of this.#roster.peers) out.send(peer, { type: 'scanning', keys });
    for (const key of keys) this.#proposer.refresh(key, this.#keys.get(key) ?? 0, out);
  }

  #settle(out: Out): void {
    this.#stop(out);
    for (const peer of this.#roster.peers) out.send(peer, { type: 'settled' });
    out.note({ type: 'settled', epoch: this.#roster.epoch });
  }

  #stop(out: Out): void {
    this.#phase = 'settled';
    this.#keys.clear();
    this.#open.clear();
    if (this.#timer !== null) out.cancelTimer(this.#timer);
    this.#timer = null;
  }
}
