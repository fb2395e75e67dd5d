import { expect, test } from 'vitest';
import { checkConservation } from '../../src/checkers/conservation.ts';
import { checkLinearizable } from '../../src/checkers/linearizable.ts';
import type { History } from '../../src/history/history.ts';
import type { Operation, RequestId } from '../../src/kernel/operation.ts';
import { type Random, randomStream } from '../../src/kernel/random.ts';
import { milliseconds } from '../../src/kernel/time.ts';
import { strategy } from '../../src/strategies/lock.ts';
import { tell } from '../support/history.ts';
import { World } from '../support/world.ts';

/**
 * Worse than any network: mail arrives in any order or never or twice, much later than the lease, nodes crash between
 * any two steps, and time jumps over leases. Whatever is answered must still be linearizable.
 */
const seeds = Number(process.env.SEEDS ?? 250);
const firstSeed = Number(process.env.SEED ?? 1);
const nodes = 3;
/** More would make the search for an order long, and no likelier to fail. */
const openAtMost = 8;

test('a history is linearizable whatever happens to mail, nodes and leases', () => {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    const history = new Chaos(randomStream(seed, 'chaos')).play();

    expect({ seed, ...checkLinearizable(history) }).toEqual({ seed, type: 'holds' });
    expect({ seed, ...checkConservation(history) }).not.toMatchObject({ type: 'violated' });
  }
}, 600_000);

interface Asked {
  readonly operation: Operation;
  readonly node: number;
  readonly from: number;
  to?: number;
  /** Its node crashed, so it will never be answered. */
  lost?: boolean;
}

class Chaos {
  readonly #random: Random;
  readonly #world: World<unknown>;
  readonly #asked: Asked[] = [];
  /** Also the clock of the history: every move takes one. */
  #moves = 0;
  /** How likely the troubles are in this run. */
  readonly #trouble: number;
  readonly #busy: number;
  readonly #keys: readonly string[];
  /** A node that hears nobody and is heard by nobody, and until which move. Its timers may stand still as well. */
  #alone = { node: -1, until: 0, asleep: false };

  constructor(random: Random) {
    this.#random = random;
    this.#trouble = random.pick([0, 0.05, 0.1, 0.2]);
    this.#busy = random.pick([0.05, 0.1, 0.2]);
    this.#keys = random.pick([['x'], ['x', 'y'], ['x', 'y', 'z']]);
    const knobs = {
      'anti-entropy': random.pick([0, milliseconds(200)]),
      lease: milliseconds(random.pick([2, 4, 8, 1_000])),
    };
    this.#world = new World(strategy as never, { nodes, knobs, regions: [] });
    for (let id = 0; id < nodes; id += 1) this.#world.boot(id, 'first');
  }

  play(): History {
    for (let move = 0; move < 300; move += 1) this.#move();
    this.#calm();
    for (const key of this.#keys) {
      for (let id = 0; id < nodes; id += 1) {
        this.#request({ type: 'read', key }, id);
        this.#calm();
      }
    }
    return this.#history();
  }

  #move(): void {
    const random = this.#random;
    const world = this.#world;
    const node = random.below(nodes);
    const up = world.host(node).replica !== undefined;
    const at = this.#pickMail();
    this.#moves += 1;
    if (this.#alone.until <= this.#moves) this.#alone.node = -1;
    world.now += random.below(300);
    if (random.chance(this.#trouble)) this.#cause(node, up, at);
    else if (random.chance(this.#alone.node < 0 ? this.#busy : 3 * this.#busy)) {
      if (up && this.#open < openAtMost) this.#request(this.#question(node), node);
    } else if (at >= 0 && random.chance(0.9)) world.deliver(world.mail.splice(at, 1)[0]!);
    else this.#fireNext(world.now);
    this.#collect();
  }

  #pickMail(): number {
    const { mail } = this.#world;
    const { node } = this.#alone;
    if (mail.length === 0) return -1;
    const at = this.#random.below(mail.length);
    const { from, to } = mail[at]!;
    return from === node || to === node ? -1 : at;
  }

  #cause(node: number, up: boolean, at: number): void {
    const random = this.#random;
    const world = this.#world;
    const kind = random.pick([
      'crash',
      'restart',
      'restart',
      'drop',
      'duplicate',
      'duplicate',
      'late',
      'timer',
      'alone',
      'alone',
    ]);
    if (kind === 'crash' && up) this.#crash(node);
    else if (kind === 'restart' && !up) world.boot(node, 'restart');
    else if (kind === 'drop' && at >= 0) world.mail.splice(at, 1);
    else if (kind === 'duplicate' && at >= 0) world.mail.push(world.mail[at]!);
    else if (kind === 'late')
      world.now += random.pick([milliseconds(5), milliseconds(100), milliseconds(1_100)]);
    else if (kind === 'timer') this.#fireNext(Number.POSITIVE_INFINITY);
    else if (kind === 'alone') {
      // A holder that is cut off is the most likely to be wrong.
      const holder = [...world.hosts.values()].find(({ replica }) => replica?.role?.() === 'holder');
      const until = this.#moves + random.below(150);
      this.#alone = { node: holder?.id ?? node, until, asleep: random.chance(0.5) };
      if (random.chance(0.7)) world.now += milliseconds(1_100);
    }
  }

  #crash(node: number): void {
    this.#world.crash(node);
    for (const asked of this.#asked) if (asked.node === node && asked.to === undefined) asked.lost = true;
  }

  #question(node: number): Operation {
    const key = this.#random.pick(this.#keys);
    // Whoever is cut off looks, and the others change what it looks at.
    if (node === this.#alone.node) return { type: 'read', key };
    if (this.#alone.node >= 0) return { type: 'add', key, delta: 1, floor: null };
    const amount = 1 + this.#random.below(4);
    const floor = this.#random.pick([null, 0]);
    switch (this.#random.pick(['read', 'read', 'add', 'cas', 'transfer', 'transfer'])) {
      case 'read':
        return { type: 'read', key };
      case 'add':
        return { type: 'add', key, delta: amount, floor };
      case 'cas':
        return { type: 'cas', key, expected: this.#random.below(4) || null, value: amount };
      default:
        return { type: 'transfer', key, to: this.#random.pick(this.#keys), amount, floor };
    }
  }

  #request(operation: Operation, node: number): void {
    const request: RequestId = this.#asked.length;
    this.#asked.push({ operation, node, from: this.#moves });
    this.#world.request(request, node, operation, undefined);
  }

  get #open(): number {
    return this.#asked.filter(({ to, lost }) => to === undefined && lost !== true).length;
  }

  #collect(): void {
    this.#asked.forEach((asked, request) => {
      if (asked.to === undefined && this.#world.answers.has(request)) asked.to = this.#moves + 0.5;
    });
  }

  #fireNext(latest: number): void {
    const next = this.#world.nextTimer();
    if (next === undefined || next.timer.due > latest) return;
    const { node, asleep } = this.#alone;
    if (next.host.id === node && asleep) this.#world.now += 100;
    else this.#world.fire(next.host.id, next.timer);
  }

  /** All nodes are up, all mail arrives, and time passes. */
  #calm(): void {
    const world = this.#world;
    for (const host of world.hosts.values()) if (host.replica === undefined) world.boot(host.id, 'restart');
    const end = world.now + milliseconds(2_500);
    while (world.now < end) {
      this.#moves += 1;
      if (world.mail.length > 0) world.deliver(world.mail.shift()!);
      else {
        const next = world.nextTimer();
        if (next === undefined) break;
        world.fire(next.host.id, next.timer);
      }
      this.#collect();
    }
  }

  #history(): History {
    return tell(
      this.#asked.map(({ operation, node, from, to }, request) => {
        const completion = this.#world.answers.get(request)?.completion;
        return to === undefined
          ? { operation, node, from }
          : { operation, node, from, to, completion: completion! };
      }),
    );
  }
}
