import type { Completion, Context, NodeId, Operation, Plain, RequestId } from '../../src/kernel/operation.ts';
import type { Boot, Durable, Env, Outbox, Replica } from '../../src/kernel/replica.ts';
import type { Strategy } from '../../src/kernel/strategy.ts';

/** How one life of a replica begins. */
export interface Life {
  readonly env: Env;
  readonly boot: Boot;
  readonly durable: Durable;
}

/** What stands between a replica and its world. Whatever is left out passes unchanged. */
export interface Hooks<M> {
  /** What the replica is told of its life instead of the truth. */
  readonly life?: Partial<Life>;
  /** Steps: `out` leads through the hooks below. */
  onRequest?(
    request: RequestId,
    operation: Operation,
    context: Context,
    out: Outbox<M>,
    inner: Replica<M>,
  ): void;
  onMessage?(from: NodeId, message: M, out: Outbox<M>, inner: Replica<M>): void;
  onTimer?(data: Plain, out: Outbox<M>, inner: Replica<M>): void;
  /** Runs when the replica has finished its step, so that it can be called again. */
  afterStep?(out: Outbox<M>, inner: Replica<M>): void;
  /** Effects: `out` is the runtime's own outbox. */
  send?(to: NodeId, message: M, out: Outbox<M>): void;
  persist?(key: string, value: Plain, out: Outbox<M>): void;
  reply?(request: RequestId, completion: Completion, context: Context, out: Outbox<M>): void;
}

/** The same strategy with something between each life of each replica and its world. */
export function wrapped<M>(
  strategy: Strategy<M>,
  hooksFor: (life: Life) => Hooks<M>,
  name = strategy.name,
): Strategy<M> {
  return {
    ...strategy,
    name,
    guarantees: (knobs) => strategy.guarantees(knobs),
    create(env, boot, durable) {
      const truth: Life = { env, boot, durable };
      const hooks = hooksFor(truth);
      const told = { ...truth, ...hooks.life };
      return replicaBehind(strategy.create(told.env, told.boot, told.durable), hooks);
    },
  };
}

function replicaBehind<M>(inner: Replica<M>, hooks: Hooks<M>): Replica<M> {
  const step = (raw: Outbox<M>, act: (out: Outbox<M>) => void): void => {
    const out = outboxBehind(raw, hooks);
    act(out);
    hooks.afterStep?.(out, inner);
  };
  return {
    onStart: (raw) => step(raw, (out) => inner.onStart(out)),
    onRequest: (request, operation, context, raw) =>
      step(raw, (out) => {
        if (hooks.onRequest === undefined) inner.onRequest(request, operation, context, out);
        else hooks.onRequest(request, operation, context, out, inner);
      }),
    onMessage: (from, message, raw) =>
      step(raw, (out) => {
        if (hooks.onMessage === undefined) inner.onMessage(from, message, out);
        else hooks.onMessage(from, message, out, inner);
      }),
    onTimer: (data, raw) =>
      step(raw, (out) => {
        if (hooks.onTimer === undefined) inner.onTimer(data, out);
        else hooks.onTimer(data, out, inner);
      }),
    onMembership: (membership, raw) => step(raw, (out) => inner.onMembership?.(membership, out)),
    contents: () => inner.contents(),
    ...(inner.owners === undefined ? {} : { owners: (key) => inner.owners!(key) }),
    ...(inner.role === undefined ? {} : { role: (key) => inner.role!(key) }),
  };
}

function outboxBehind<M>(raw: Outbox<M>, hooks: Hooks<M>): Outbox<M> {
  return {
    send: (to, message) => (hooks.send === undefined ? raw.send(to, message) : hooks.send(to, message, raw)),
    reply: (request, completion, context) =>
      hooks.reply === undefined
        ? raw.reply(request, completion, context)
        : hooks.reply(request, completion, context, raw),
    persist: (key, value) =>
      hooks.persist === undefined ? raw.persist(key, value) : hooks.persist(key, value, raw),
    setTimer: (after, data) => raw.setTimer(after, data),
    cancelTimer: (timer) => raw.cancelTimer(timer),
    note: (event) => raw.note(event),
  };
}
