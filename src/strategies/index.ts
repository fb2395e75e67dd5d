import type { AnyStrategy, Strategy } from '../kernel/strategy.ts';
import { strategy as crdt } from './crdt.ts';
import { strategy as gossip } from './gossip.ts';
import { strategy as lock } from './lock.ts';
import { strategy as quorum } from './quorum.ts';

/** A strategy and the module that workers load it from. */
export interface RegisteredStrategy {
  readonly strategy: AnyStrategy;
  /** The URL of the module, which exports the strategy as `strategy`. */
  readonly module: string;
}

/** Every strategy by its name, in the order in which tables show them. */
export const strategies: Readonly<Record<string, RegisteredStrategy>> = {
  gossip: register(gossip, './gossip'),
  crdt: register(crdt, './crdt'),
  quorum: register(quorum, './quorum'),
  lock: register(lock, './lock'),
};

/**
 * Source and compiled files lie side by side under the same names, less the ending. The message type is forgotten
 * here: runtimes carry messages from replica to replica of one strategy and never look inside.
 */
function register<M>(strategy: Strategy<M>, file: string): RegisteredStrategy {
  const ending = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  return {
    strategy: strategy as unknown as AnyStrategy,
    module: new URL(`${file}${ending}`, import.meta.url).href,
  };
}
