import { DigestTree } from './digest-tree.ts';
import type { Key, NodeId } from './operation.ts';
import type { Boot, Env, Outbox } from './replica.ts';
import type { Micros } from './time.ts';

/** The mail of anti-entropy. An outline is what remains of an item without its value: enough to tell which is newer. */
export type AntiEntropyMessage<Item, Outline> =
  | { readonly type: 'groups'; readonly digests: readonly number[] }
  | { readonly type: 'leaves'; readonly groups: readonly number[]; readonly digests: readonly number[] }
  | Outlines<Outline>
  | Repair<Item, Outline>;

interface Outlines<Outline> {
  readonly type: 'outlines';
  readonly leaves: readonly number[];
  readonly outlines: readonly Outline[];
  readonly round: number;
  readonly more: boolean;
}

interface Repair<Item, Outline> {
  readonly type: 'repair';
  readonly items: readonly Item[];
  readonly wanted: readonly Outline[];
  readonly round: number;
  readonly more: boolean;
}

/** A store that can be repaired: items that merge, each under a key. */
export interface Repairable<Item extends Outline, Outline> {
  itemsOf(key: Key): readonly Item[];
  outlineOf(item: Item): Outline;
  /** The item here that goes by the same name. */
  find(outline: Outline): Item | undefined;
  /** Items and outlines of the same name are versions of the same thing. */
  nameOf(outline: Outline): string;
  isNewer(a: Outline, b: Outline): boolean;
  /** Merges and persists an item. Whether it was news. */
  accept(item: Item, out: Outbox<never>): boolean;
}

/** What goes with the timer that `onTimer` answers. */
export const antiEntropyTimer = 'anti-entropy';

/** About how many items one message speaks of; what is left over follows in the next exchange. */
const itemsPerMessage = 1_000;

/**
 * Push-pull anti-entropy with a random peer, after Demers et al. 1987: groups → leaves → outlines → repair → repair.
 * Each step is answered from the message and the store alone, so that lost, late and repeated mail does no harm. In
 * quiet times only the digests of the first step travel.
 */
export class AntiEntropy<Item extends Outline & { readonly key: Key }, Outline> {
  readonly tree = new DigestTree();
  peers: readonly NodeId[];
  readonly #env: Env;
  readonly #interval: Micros;
  readonly #store: Repairable<Item, Outline>;
  #round = 1;

  /** An `interval` of 0 turns it off. */
  constructor(env: Env, interval: Micros, store: Repairable<Item, Outline>) {
    this.#env = env;
    this.#interval = interval;
    this.#store = store;
    this.peers = env.peers;
  }

  /** Whoever was away asks at once for what it missed; whoever is new spreads its first exchange over an interval. */
  start(boot: Boot, out: Outbox<AntiEntropyMessage<Item, Outline>>): void {
    if (this.#interval === 0) return;
    if (boot !== 'first') this.#compare(out);
    out.setTimer(this.#env.random.below(this.#interval), antiEntropyTimer);
  }

  onTimer(out: Outbox<AntiEntropyMessage<Item, Outline>>): void {
    this.#compare(out);
    out.setTimer(this.#interval, antiEntropyTimer);
  }

  onMessage(
    from: NodeId,
    message: AntiEntropyMessage<Item, Outline>,
    out: Outbox<AntiEntropyMessage<Item, Outline>>,
  ): void {
    switch (message.type) {
      case 'groups': {
        const groups = this.tree.differingGroups(message.digests);
        if (groups.length > 0) out.send(from, { type: 'leaves', groups, digests: this.tree.leaves(groups) });
        break;
      }
      case 'leaves':
        this.#onLeaves(from, message.groups, message.digests, out);
        break;
      case 'outlines':
        this.#onOutlines(from, message, out);
        break;
      case 'repair':
        this.#onRepair(from, message, out);
        break;
    }
  }

  #compare(out: Outbox<AntiEntropyMessage<Item, Outline>>): void {
    if (this.peers.length === 0) return;
    out.send(this.#env.random.pick(this.peers), { type: 'groups', digests: this.tree.groups() });
  }

  #onLeaves(
    from: NodeId,
    groups: readonly number[],
    theirs: readonly number[],
    out: Outbox<AntiEntropyMessage<Item, Outline>>,
  ): void {
    const { leaves, more } = this.tree.differingLeaves(groups, theirs, itemsPerMessage, this.#env.random);
    if (leaves.length === 0) return;
    const outlines = this.#itemsIn(leaves).map((item) => this.#store.outlineOf(item));
    out.send(from, { type: 'outlines', leaves, outlines, round: this.#round, more });
  }

  /** Sends what the peer lacks and asks for what is lacking here. */
  #onOutlines(
    from: NodeId,
    { leaves, outlines, round, more }: Outlines<Outline>,
    out: Outbox<AntiEntropyMessage<Item, Outline>>,
  ): void {
    const store = this.#store;
    const theirs = new Map(outlines.map((outline) => [store.nameOf(outline), outline]));
    const lacking = this.#itemsIn(leaves).filter((item) =>
      isNews(store, item, theirs.get(store.nameOf(item))),
    );
    const wanted = outlines.filter((outline) => isNews(store, outline, store.find(outline)));
    const items = lacking.slice(0, itemsPerMessage);
    if (items.length === 0 && wanted.length === 0 && !more) return;
    out.send(from, { type: 'repair', items, wanted, round, more: more || items.length < lacking.length });
  }

  #onRepair(
    from: NodeId,
    { items, wanted, round, more }: Repair<Item, Outline>,
    out: Outbox<AntiEntropyMessage<Item, Outline>>,
  ): void {
    for (const item of items) {
      if (this.#store.accept(item, out)) out.note({ type: 'repaired', key: item.key });
    }
    const asked = wanted.flatMap((outline) => this.#store.find(outline) ?? []);
    if (asked.length > 0) out.send(from, { type: 'repair', items: asked, wanted: [], round, more: false });
    // Goes on at once with what did not fit, but only once for each round, or duplicated mail would multiply rounds.
    if (!more || round !== this.#round) return;
    this.#round += 1;
    out.send(from, { type: 'groups', digests: this.tree.groups() });
  }

  #itemsIn(leaves: readonly number[]): readonly Item[] {
    return this.tree.keysIn(leaves).flatMap((key) => this.#store.itemsOf(key));
  }
}

function isNews<Item extends Outline, Outline>(
  store: Repairable<Item, Outline>,
  outline: Outline,
  than: Outline | undefined,
): boolean {
  return than === undefined || store.isNewer(outline, than);
}
