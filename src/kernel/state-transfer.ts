import type { Repairable } from './anti-entropy.ts';
import type { DigestTree } from './digest-tree.ts';
import type { NodeId } from './operation.ts';
import type { Env, Membership, Outbox, TimerId } from './replica.ts';
import { RoundTrip } from './round-trip.ts';

/**
 * The mail of nodes that come and go. Both go through the store part by part; a part is named by the first of its
 * leaves in the digest tree, which all nodes cut alike, so that whoever gets no answer goes on with another peer.
 */
export type TransferMessage<Item, Outline> =
  /** A newcomer asks for a part. */
  | { readonly type: 'fetch'; readonly leaf: number }
  /** `next` is the first leaf of the part that follows; null after the last one. */
  | {
      readonly type: 'part';
      readonly leaf: number;
      readonly items: readonly Item[];
      readonly next: number | null;
    }
  /** A leaver says what it holds. */
  | { readonly type: 'offer'; readonly leaf: number; readonly outlines: readonly Outline[] }
  /** All that was offered or handed over is here, but for this. */
  | { readonly type: 'took'; readonly leaf: number; readonly wanted: readonly Outline[] }
  | { readonly type: 'hand-over'; readonly leaf: number; readonly items: readonly Item[] };

/** What goes with the timer that `onTimer` answers. */
export const transferTimer = 'transfer';

/** A part ends with the leaf in which it reaches so many keys. */
const keysPerPart = 1_000;

const types: ReadonlySet<string> = new Set(['fetch', 'part', 'offer', 'took', 'hand-over']);

type TransferType = TransferMessage<unknown, unknown>['type'];

/** Tells this mail from all other mail of a strategy. */
export function isTransfer<M extends { readonly type: string }>(
  message: M,
): message is Extract<M, { readonly type: TransferType }> {
  return types.has(message.type);
}

type Out<Item, Outline> = Outbox<TransferMessage<Item, Outline>>;

/** A transfer under way: which part, since when, and the epoch that it settles. */
interface Course {
  readonly type: 'arrival' | 'departure';
  readonly epoch: number;
  /** Whom to ask, and whom to hand over to. */
  readonly peers: readonly NodeId[];
  leaf: number;
  askedAt: number;
  resends: number;
  timer: TimerId;
}

/**
 * Brings a newcomer what the members hold before it serves, and a leaver's last items to a member before it goes. The
 * members serve meanwhile: what changes behind the newcomer's back reaches it by direct mail and anti-entropy. A leaver
 * takes no requests any more, so what it holds when it begins is all that only it can hold.
 */
export class StateTransfer<Item extends Outline, Outline> {
  readonly #env: Env;
  readonly #tree: DigestTree;
  readonly #store: Repairable<Item, Outline>;
  readonly #roundTrip = new RoundTrip();
  #course: Course | undefined;

  constructor(env: Env, tree: DigestTree, store: Repairable<Item, Outline>) {
    this.#env = env;
    this.#tree = tree;
    this.#store = store;
  }

  /** This node is not there yet. */
  get arriving(): boolean {
    return this.#course?.type === 'arrival';
  }

  start(out: Out<Item, Outline>): void {
    const { joining, membership } = this.#env;
    if (joining) this.#begin('arrival', membership, out);
    else this.onMembership(membership, out);
  }

  onMembership(membership: Membership, out: Out<Item, Outline>): void {
    if (!membership.members.includes(this.#env.id)) this.#begin('departure', membership, out);
  }

  /** Nobody answered in time: somebody else may. */
  onTimer(out: Out<Item, Outline>): void {
    if (this.#course === undefined) return;
    this.#course.resends += 1;
    this.#ask(this.#course, out);
  }

  /** True when this message has completed the transfer. */
  onMessage(from: NodeId, message: TransferMessage<Item, Outline>, out: Out<Item, Outline>): boolean {
    const course = this.#course;
    switch (message.type) {
      case 'fetch':
        out.send(from, this.#partFrom(message.leaf));
        return false;
      case 'offer': {
        const wanted = message.outlines.filter((outline) => this.#lacks(outline));
        out.send(from, { type: 'took', leaf: message.leaf, wanted });
        return false;
      }
      case 'hand-over':
        this.#accept(message.items, out);
        out.send(from, { type: 'took', leaf: message.leaf, wanted: [] });
        return false;
      case 'part':
        this.#accept(message.items, out);
        return course?.type === 'arrival' && course.leaf === message.leaf && this.#goOn(message.next, out);
      case 'took':
        if (course?.type !== 'departure' || course.leaf !== message.leaf) return false;
        if (message.wanted.length === 0) return this.#goOn(this.#leavesFrom(message.leaf).next, out);
        out.send(from, { type: 'hand-over', leaf: message.leaf, items: this.#found(message.wanted) });
        return false;
    }
  }

  #begin(type: Course['type'], { epoch, members }: Membership, out: Out<Item, Outline>): void {
    if (this.#course !== undefined) return;
    const peers = members.filter((member) => member !== this.#env.id);
    if (peers.length === 0) return out.note({ type: 'settled', epoch });
    this.#course = { type, epoch, peers, leaf: 0, askedAt: 0, resends: 0, timer: 0 };
    this.#ask(this.#course, out);
  }

  /** A part has arrived. */
  #goOn(next: number | null, out: Out<Item, Outline>): boolean {
    const course = this.#course!;
    out.cancelTimer(course.timer);
    this.#roundTrip.observe(this.#env.monotonic() - course.askedAt, course.resends > 0);
    if (next === null) {
      this.#course = undefined;
      out.note({ type: 'settled', epoch: course.epoch });
      return true;
    }
    course.leaf = next;
    course.resends = 0;
    this.#ask(course, out);
    return false;
  }

  #ask(course: Course, out: Out<Item, Outline>): void {
    const { type, leaf, peers, resends } = course;
    const message: TransferMessage<Item, Outline> =
      type === 'arrival'
        ? { type: 'fetch', leaf }
        : { type: 'offer', leaf, outlines: this.#outlinesFrom(leaf) };
    course.askedAt = this.#env.monotonic();
    course.timer = out.setTimer(this.#roundTrip.resendAfter(resends), transferTimer);
    out.send(this.#env.random.pick(this.#nearest(peers, resends)), message);
  }

  /** Peers of the own region as long as they answer, for what crosses regions is slow and dear. */
  #nearest(peers: readonly NodeId[], resends: number): readonly NodeId[] {
    const home = this.#env.region(this.#env.id);
    const near = peers.filter((peer) => this.#env.region(peer) === home);
    return near.length === 0 || resends > 0 ? peers : near;
  }

  #partFrom(leaf: number): TransferMessage<Item, Outline> {
    const { keys, next } = this.#leavesFrom(leaf);
    return { type: 'part', leaf, items: keys.flatMap((key) => this.#store.itemsOf(key)), next };
  }

  #outlinesFrom(leaf: number): readonly Outline[] {
    const items = this.#leavesFrom(leaf).keys.flatMap((key) => this.#store.itemsOf(key));
    return items.map((item) => this.#store.outlineOf(item));
  }

  #leavesFrom(leaf: number) {
    return this.#tree.keysFrom(leaf, keysPerPart);
  }

  #found(outlines: readonly Outline[]): readonly Item[] {
    return outlines.flatMap((outline) => this.#store.find(outline) ?? []);
  }

  #lacks(outline: Outline): boolean {
    const own = this.#store.find(outline);
    return own === undefined || this.#store.isNewer(outline, own);
  }

  #accept(items: readonly Item[], out: Out<Item, Outline>): void {
    for (const item of items) this.#store.accept(item, out);
  }
}
