/**
 * Golden conversations: a script of commands to replicas of one strategy, with no runtime, and the exact effects that
 * follow each. A file holds blocks parted by blank lines: `#` comments (the first is the test's name), commands, `----`,
 * then persists, mail, replies and timers in that order. `UPDATE_GOLDEN=1 npx vitest run …` rewrites what follows `----`.
 *   nodes 3 [knob=value …] [regions=asia,europe,europe] [standby=2]   first; nodes are 0, 1, 2; `boot all` or `boot 1`
 *   request 0 read x | write x=5 | add x+2 [floor=0] | cas x=5→7 | transfer x→y 3 [floor=0]   [session=a carries contexts]
 *   deliver all [type] (until no mail is left) | deliver 0→1, 0→*, *→1 [n-th, or a message type]; likewise drop, duplicate
 *   fire 0 [n-th, or a data type] (its next timer; time moves to it) | tick 100ms (fires what comes due, on all nodes)
 *   crash 1 | restart 1 | replace 1 (disk lost) | jump 1 -5s (its wall clock)
 *   join 3 (a node in standby boots) | members 0,1,3 (from now on) | announce 0 | announce 0,1 (tells them who the members are)
 *   contents all | contents 1 | role 1 [key] | mail | timers          `quietly …` shows only the replies and failures
 * The clock starts at 1s and stands still but for `tick` and `fire`. Chance is seeded. Handed-over data is frozen.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Add, NodeId, Operation, RequestId } from '../../src/kernel/operation.ts';
import type { KnobValue } from '../../src/kernel/replica.ts';
import type { Strategy } from '../../src/kernel/strategy.ts';
import { parseDuration, parseValue, render, renderDuration } from './render.ts';
import { type Mail, World } from './world.ts';

/** One test for each script of `test/scripts/<folder>`, named by the script's first comment. */
export function testConversations<M>(strategy: Strategy<M>, folder = strategy.name): void {
  const root = new URL(`../scripts/${folder}/`, import.meta.url);
  for (const file of readdirSync(root).filter((name) => name.endsWith('.txt'))) {
    const url = new URL(file, root);
    const script = readFileSync(url, 'utf8');
    test(/^# (.*?)\.?$/m.exec(script)?.[1] ?? file, () => {
      const told = converse(strategy, script);

      if (process.env.UPDATE_GOLDEN === undefined) expect(told).toBe(script);
      else writeFileSync(url, told);
    });
  }
}

/** The script with what really followed each command in place of what it expected. */
export function converse<M>(strategy: Strategy<M>, script: string): string {
  const conversation = new Conversation(strategy);
  const blocks = script.trim().split(/\n(?:[ \t]*\n)+/);
  return `${blocks.map((block) => conversation.block(block)).join('\n\n')}\n`;
}

const eventual = 10_000;

class Conversation<M> {
  readonly #strategy: Strategy<M>;
  readonly #sessions = new Map<string, RequestId>();
  #world: World<M> | undefined;
  #nextRequest: RequestId = 1;
  #told: string[] = [];

  constructor(strategy: Strategy<M>) {
    this.#strategy = strategy;
  }

  block(text: string): string {
    const lines = text.split('\n');
    const end = lines.indexOf('----');
    const head = end < 0 ? lines : lines.slice(0, end);
    const commands = head.filter((line) => !line.startsWith('#'));
    if (commands.length === 0) return text;
    this.#told = [];
    for (const command of commands) this.#run(command);
    return [...head, '----', ...(this.#told.length === 0 ? ['nothing'] : this.#told)].join('\n');
  }

  #run(line: string): void {
    const [verb = '', ...words] = line.replaceAll('->', '→').trim().split(/\s+/);
    if (verb === 'nodes') this.#open(words);
    else if (verb === 'quietly') this.#quietly(words.join(' '));
    else {
      const command = this.#commands[verb];
      if (command === undefined) throw new Error(`unknown command: ${line}`);
      command(words);
    }
  }

  #quietly(line: string): void {
    const before = this.#told;
    this.#told = [];
    this.#run(line);
    this.#told = [...before, ...this.#told.filter((told) => / answers | is down/.test(told))];
  }

  readonly #commands: Readonly<Record<string, (words: readonly string[]) => void>> = {
    boot: ([which]) => this.#each(which, (id) => this.#live.boot(id, 'first')),
    request: (words) => this.#request(words),
    deliver: ([link, which]) => this.#deliver(link ?? '', which),
    duplicate: ([link, which]) => this.#chosen(link, which).forEach((mail) => void this.#live.deliver(mail)),
    drop: ([link, which]) => void this.#take(link ?? '', which),
    fire: ([id, which]) => this.#fire(Number(id), which),
    tick: ([duration]) => this.#tick(durationIn(duration)),
    crash: ([which]) => this.#each(which, (id) => this.#live.crash(id)),
    restart: ([which]) => this.#each(which, (id) => this.#live.boot(id, 'restart')),
    replace: ([which]) => this.#each(which, (id) => this.#live.boot(id, 'replaced')),
    jump: ([id, by]) => {
      this.#live.host(Number(id)).wallOffset += durationIn(by);
    },
    join: ([id]) => this.#live.join(Number(id)),
    members: ([list]) => this.#live.decide((list ?? '').split(',').map(Number)),
    announce: ([which]) => this.#each(which, (id) => this.#live.announce(id)),
    contents: ([which]) =>
      this.#each(which, (id) => {
        const pairs = this.#live.contents(id).map(([key, value]) => `${render(key)}=${render(value)}`);
        this.#told.push(`${id} holds ${pairs.length === 0 ? 'nothing' : pairs.join(' ')}`);
      }),
    role: ([id, key]) =>
      void this.#told.push(`${id} is ${this.#live.host(Number(id)).replica?.role?.(key) ?? 'nobody'}`),
    mail: () => {
      for (const { from, to, message } of this.#live.mail)
        this.#told.push(`${from}→${to} ${render(message)}`);
    },
    timers: () => {
      for (const { id, timers } of this.#live.hosts.values())
        for (const timer of timers)
          this.#told.push(
            `${id} t${timer.id} in ${renderDuration(timer.due - this.#live.now)}: ${render(timer.data)}`,
          );
    },
  };

  get #live(): World<M> {
    if (this.#world === undefined) throw new Error('a script begins with `nodes <count>`');
    return this.#world;
  }

  #open([count, ...settings]: readonly string[]): void {
    const knobs: Record<string, KnobValue> = {};
    let regions: readonly string[] = [];
    let standby: readonly NodeId[] = [];
    for (const setting of settings) {
      const [name = '', value = ''] = setting.split('=');
      if (name === 'regions') regions = value.split(',');
      else if (name === 'standby') standby = value.split(',').map(Number);
      else if (!this.#strategy.knobs.some((knob) => knob.name === name)) throw new Error(`no knob ${name}`);
      else knobs[name] = parseDuration(value) ?? (parseValue(value) as KnobValue);
    }
    const setup = { nodes: Number(count), knobs, regions, standby };
    this.#world = new World(this.#strategy, setup, (line) => this.#told.push(line));
  }

  #each(which: string | undefined, act: (id: NodeId) => void): void {
    const ids = which === 'all' ? [...this.#live.hosts.keys()] : (which ?? '').split(',').map(Number);
    for (const id of ids) act(id);
  }

  #request([node, ...words]: readonly string[]): void {
    const request = this.#nextRequest++;
    const session = words.find((word) => word.startsWith('session='));
    const operation = parseOperation(words.filter((word) => word !== session));
    const last = session === undefined ? undefined : this.#sessions.get(session);
    const context = last === undefined ? undefined : this.#live.answers.get(last)?.context;
    if (session !== undefined) this.#sessions.set(session, request);
    this.#live.request(request, Number(node), operation, context);
  }

  #deliver(link: string, which: string | undefined): void {
    if (link !== 'all') {
      for (const mail of this.#take(link, which)) this.#live.deliver(mail);
      return;
    }
    for (let steps = 0; this.#chosen('*→*', which).length > 0; steps += 1) {
      if (steps > eventual) throw new Error('the mail never ends');
      this.#deliver('*→*', which ?? '1');
    }
  }

  #take(link: string, which: string | undefined): readonly Mail<M>[] {
    const chosen = this.#chosen(link === 'all' ? '*→*' : link, which);
    this.#live.mail = this.#live.mail.filter((mail) => !chosen.includes(mail));
    return chosen;
  }

  /** Mail in flight on a link: all of it, the n-th, or that of one type. */
  #chosen(link = '', which: string | undefined): readonly Mail<M>[] {
    const [from, to] = link.split('→');
    if (from === undefined || to === undefined) throw new Error(`a link looks like 0→1, not ${link}`);
    const onLink = this.#live.mail.filter(
      (mail) => (from === '*' || mail.from === Number(from)) && (to === '*' || mail.to === Number(to)),
    );
    return pick(onLink, which, ({ message }) => message);
  }

  #fire(id: NodeId, which: string | undefined): void {
    const timers = [...this.#live.host(id).timers].sort((a, b) => a.due - b.due || a.id - b.id);
    const [timer] = pick(timers, which, ({ data }) => data);
    if (timer === undefined) throw new Error(`node ${id} has no such timer`);
    this.#live.fire(id, timer);
  }

  #tick(duration: number): void {
    const end = this.#live.now + duration;
    for (let next = this.#live.nextTimer(); next !== undefined && next.timer.due <= end; ) {
      this.#live.fire(next.host.id, next.timer);
      next = this.#live.nextTimer();
    }
    this.#live.now = end;
  }
}

function pick<T>(items: readonly T[], which: string | undefined, plain: (item: T) => unknown): readonly T[] {
  if (which === undefined) return items;
  if (/^\d+$/.test(which)) return items.slice(Number(which) - 1, Number(which));
  return items.filter((item) => typeOf(plain(item)) === which);
}

function typeOf(data: unknown): unknown {
  return typeof data === 'object' && data !== null && 'type' in data ? data.type : data;
}

function durationIn(text = ''): number {
  const micros = parseDuration(text);
  if (micros === undefined) throw new Error(`a duration looks like 100ms, not ${text}`);
  return micros;
}

function parseOperation(words: readonly string[]): Operation {
  const [type, subject = '', ...rest] = words;
  const floorText = rest.find((word) => word.startsWith('floor='));
  const floor = floorText === undefined ? null : Number(floorText.slice('floor='.length));
  const [first = '', second = ''] = subject.split(/[=→]|(?=[+-]\d+$)/);
  switch (type) {
    case 'read':
      return { type, key: subject };
    case 'write':
      return { type, key: first, value: parseValue(second) };
    case 'add':
      return { type, key: first, delta: Number(second), floor } satisfies Add;
    case 'cas':
      return {
        type,
        key: first,
        expected: parseValue(second),
        value: parseValue(subject.split('→')[1] ?? ''),
      };
    case 'transfer':
      return { type, key: first, to: second, amount: Number(rest[0]), floor };
    default:
      throw new Error(`unknown operation: ${words.join(' ')}`);
  }
}
