import { expect, test } from 'vitest';
import { searchOrder } from '../../src/checkers/search.ts';
import type { Operation } from '../../src/kernel/operation.ts';
import { type Random, randomStream } from '../../src/kernel/random.ts';
import type { Strategy } from '../../src/kernel/strategy.ts';
import { strategy } from '../../src/strategies/quorum.ts';
import { historyOf, type Told } from '../support/histories.ts';
import { World } from '../support/world.ts';

/** `SCHEDULES=100000 npx vitest run test/strategies/quorum-schedules.test.ts` plays so many; `SCHEDULE=17` plays that one alone. */
const schedules = Number(process.env.SCHEDULES ?? 600);
const only = process.env.SCHEDULE;

/**
 * An adversary without a clock: any mail may be next, come twice, or be lost; any timer may be next; nodes die between
 * any two steps and come back. Loss, repetition and crashes within a round are thus far denser than in a simulated run.
 */
class Schedule {
  readonly random: Random;
  readonly world: World<unknown>;
  readonly told: { row: Told; answeredAt: number | undefined }[] = [];
  #step = 0;

  constructor(seed: string, tested: Strategy<unknown>) {
    this.random = randomStream(seed, 'schedule');
    const nodes = this.random.pick([2, 3, 3, 3, 5]);
    const knobs = {
      'give-up': this.random.pick([30_000, 1_500_000]),
      'repair-interval': this.random.pick([0, 0, 200_000]),
    };
    this.world = new World(tested, { nodes, knobs, regions: [] });
    for (const id of this.world.hosts.keys()) this.world.boot(id, 'first');
  }

  play(): readonly Told[] {
    const moves = 40 + this.random.below(160);
    const hostile = this.random.unit();
    for (let i = 0; i < moves; i += 1) this.#move(hostile);
    this.#calm();
    for (const id of this.world.hosts.keys()) this.#request(id, { type: 'read', key: 'x' });
    this.#calm();
    return this.told.map(({ row, answeredAt }, request) => {
      const completion = this.world.answers.get(request)?.completion;
      return completion === undefined ? row : { ...row, to: answeredAt!, completion };
    });
  }

  #move(hostile: number): void {
    const { random, world } = this;
    const roll = random.unit() * (10 + 4 * hostile);
    const node = random.below(world.hosts.size);
    const host = world.host(node);
    const at = random.below(Math.max(1, world.mail.length));
    if (roll < 7) this.#act(() => world.mail.length > 0 && world.deliver(world.mail.splice(at, 1)[0]!));
    else if (roll < 8) this.#fire(node);
    else if (roll < 10) this.#request(node, this.#draw());
    else if (roll < 11) world.mail.splice(at, 1);
    else if (roll < 12) this.#act(() => world.mail.length > 0 && world.deliver(world.mail[at]!));
    else if (roll < 13 && host.replica !== undefined) world.crash(node);
    else if (host.replica === undefined) this.#act(() => world.boot(node, 'restart'));
  }

  #draw(): Operation {
    const { random } = this;
    const key = 'x';
    const number = 1 + this.told.length;
    if (this.told.length > 14 || random.chance(0.3)) return { type: 'read', key };
    if (random.chance(0.7)) return { type: 'add', key, delta: number, floor: random.pick([null, null, 5]) };
    if (random.chance(0.5)) return { type: 'write', key, value: 1_000 * number };
    return { type: 'cas', key, expected: random.pick([null, 1, 2, 3, 1_000]), value: 1_000 * number };
  }

  #request(node: number, operation: Operation): void {
    if (this.world.host(node).replica === undefined) return;
    const request = this.told.length;
    this.told.push({
      row: { process: request, node, from: this.#step + 1, operation },
      answeredAt: undefined,
    });
    this.#act(() => this.world.request(request, node, operation, undefined));
  }

  #fire(node: number): void {
    const { timers } = this.world.host(node);
    if (timers.length > 0) this.#act(() => this.world.fire(node, this.random.pick(timers)));
  }

  /** One step, and when whose answers came of it. */
  #act(step: () => unknown): void {
    this.#step += 1;
    step();
    this.#step += 1;
    for (const [request] of this.world.answers) this.told[request]!.answeredAt ??= this.#step;
  }

  /** Everybody lives, nothing is lost any more, and time passes until nobody has anything to do. */
  #calm(): void {
    const { world } = this;
    for (const [id, host] of world.hosts) if (host.replica === undefined) world.boot(id, 'restart');
    for (let i = 0; i < 3_000; i += 1) {
      const next = world.nextTimer();
      if (world.mail.length > 0) this.#act(() => world.deliver(world.mail.shift()!));
      else if (next === undefined) return;
      else this.#act(() => world.fire(next.host.id, next.timer));
    }
  }
}

test('an order exists for what was answered, whatever is lost, repeated or reordered and whoever dies', () => {
  const seeds = only === undefined ? Array.from({ length: schedules }, (_, i) => String(i + 1)) : [only];
  for (const seed of seeds) {
    const history = historyOf(new Schedule(seed, strategy as Strategy<unknown>).play());

    const verdict = searchOrder(
      history,
      Uint32Array.from({ length: history.length }, (_, row) => row),
    );

    expect(verdict.type === 'violated' ? `SCHEDULE=${seed}: ${verdict.sentence}` : 'holds').toBe('holds');
  }
}, 3_600_000);
