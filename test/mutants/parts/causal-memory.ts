import type {
  Context,
  Key,
  NodeId,
  Operation,
  Plain,
  RequestId,
  Value,
} from '../../../src/kernel/operation.ts';
import type { Env, Outbox, Replica } from '../../../src/kernel/replica.ts';
import type { Strategy } from '../../../src/kernel/strategy.ts';

/** What can be built wrong about the memory. Everything left out is right. */
export interface Flaws {
  /** Updates of one node are applied in the order in which they arrive. */
  readonly mixesUpOneNode?: boolean;
  /** An update waits for earlier ones of its own node, and not for what its writer had read of others. */
  readonly forgetsReads?: boolean;
  /** What an update waits for need only have arrived: it may itself still be waiting. */
  readonly waitsForArrival?: boolean;
}

/** How many updates of each node are known. */
type Vector = Readonly<Record<NodeId, number>>;

type Update = {
  readonly key: Key;
  readonly value: Value;
  readonly origin: NodeId;
  /** From 1, of its origin. */
  readonly number: number;
  /** What its origin had applied before. */
  readonly after: Vector;
};

interface Asked {
  readonly request: RequestId;
  readonly operation: Operation;
  readonly context: Vector;
}

/**
 * The causal memory of Ahamad et al. 1995, "Causal memory: definitions, implementation, and programming": each node answers at
 * once and tells the others, which apply an update when they have applied all that its node had. A session carries what it has
 * seen, and a node that lags behind lets it wait. Nothing is kept over a crash: it is meant for calm weather.
 */
export function causalMemory(name: string, flaws: Flaws = {}): Strategy<Update> {
  return {
    name,
    summary: 'a memory that each node answers from, told to the others in causal order',
    family: 'eventual',
    knobs: [],
    operations: { read: 'native', write: 'native', add: 'refused', cas: 'refused', transfer: 'refused' },
    tolerates: ['reordering', 'clock-skew'],
    guarantees: () => ['causal'],
    create: (env) => new Memory(env, flaws),
  };
}

class Memory implements Replica<Update> {
  readonly #env: Env;
  readonly #flaws: Flaws;
  readonly #values = new Map<Key, Value>();
  /** The numbers of the updates that were applied, and that arrived, by node: without a flaw all from 1 on. */
  readonly #applied = new Map<NodeId, Set<number>>();
  readonly #arrived = new Map<NodeId, Set<number>>();
  #waiting: Update[] = [];
  #asked: Asked[] = [];
  #written = 0;

  constructor(env: Env, flaws: Flaws) {
    this.#env = env;
    this.#flaws = flaws;
    for (const node of [env.id, ...env.peers]) {
      this.#applied.set(node, new Set());
      this.#arrived.set(node, new Set());
    }
  }

  onStart(): void {}

  onRequest(request: RequestId, operation: Operation, context: Context, out: Outbox<Update>): void {
    this.#asked.push({ request, operation, context: (context ?? {}) as Vector });
    this.#serve(out);
  }

  onMessage(_from: NodeId, update: Update, out: Outbox<Update>): void {
    this.#arrived.get(update.origin)!.add(update.number);
    this.#waiting.push(update);
    this.#applyAll();
    this.#serve(out);
  }

  onTimer(_data: Plain): void {}

  contents(): Iterable<readonly [Key, Value]> {
    return this.#values;
  }

  #serve(out: Outbox<Update>): void {
    const ready = this.#asked.filter(({ context }) => this.#has(context, this.#applied));
    this.#asked = this.#asked.filter((asked) => !ready.includes(asked));
    for (const { request, operation } of ready) {
      if (operation.type === 'write') this.#write(operation.key, operation.value, out);
      const value = this.#values.get(operation.key) ?? null;
      out.reply(
        request,
        operation.type === 'read' ? { type: 'ok', value } : { type: 'ok' },
        this.#vector() as Context,
      );
    }
  }

  #write(key: Key, value: Value, out: Outbox<Update>): void {
    const origin = this.#env.id;
    const own = { [origin]: this.#written };
    const after = this.#flaws.forgetsReads ? own : this.#vector();
    this.#written += 1;
    const update: Update = { key, value, origin, number: this.#written, after };
    this.#apply(update);
    for (const peer of this.#env.peers) out.send(peer, update);
  }

  /** One update may be what others waited for. */
  #applyAll(): void {
    for (;;) {
      const next = this.#waiting.find((update) => this.#isReady(update));
      if (next === undefined) return;
      this.#waiting = this.#waiting.filter((update) => update !== next);
      this.#apply(next);
    }
  }

  #isReady({ origin, number, after }: Update): boolean {
    const { mixesUpOneNode, waitsForArrival } = this.#flaws;
    if (mixesUpOneNode) return this.#has({ ...after, [origin]: 0 }, this.#applied);
    if (!waitsForArrival) return this.#has(after, this.#applied);
    const { [origin]: _, ...others } = after;
    return this.#has({ [origin]: number - 1 }, this.#applied) && this.#has(others, this.#arrived);
  }

  #apply({ key, value, origin, number }: Update): void {
    this.#applied.get(origin)!.add(number);
    this.#arrived.get(origin)!.add(number);
    this.#values.set(key, value);
  }

  /** So many of each node; those that only ever wait for all before them are complete up to their number. */
  #vector(): Vector {
    return Object.fromEntries([...this.#applied].map(([node, numbers]) => [node, numbers.size]));
  }

  #has(vector: Vector, numbers: ReadonlyMap<NodeId, ReadonlySet<number>>): boolean {
    return Object.entries(vector).every(([node, count]) => (numbers.get(Number(node))?.size ?? 0) >= count);
  }
}
