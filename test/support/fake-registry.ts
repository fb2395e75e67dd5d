import type { OperationKind } from '../../src/kernel/operation.ts';
import type { Knob, Service, Strategy } from '../../src/kernel/strategy.ts';

const native: Record<OperationKind, Service> = {
  read: 'native',
  write: 'native',
  add: 'native',
  cas: 'native',
  transfer: 'native',
};

const knobs: readonly Knob[] = [
  { name: 'fan-out', kind: 'integer', default: 2, minimum: 1, maximum: 9, sentence: 'A whole number.' },
  { name: 'anti-entropy', kind: 'duration', default: 200_000, minimum: 1_000, sentence: 'A duration.' },
  { name: 'repair', kind: 'boolean', default: true, sentence: 'A flag.' },
  { name: 'clock', kind: 'choice', default: 'hybrid', choices: ['hybrid', 'wall'], sentence: 'A choice.' },
  { name: 'load', kind: 'number', default: 0.5, maximum: 1, sentence: 'A number.' },
];

/** Strategies that only files know by name; none of them is ever run. */
export const fakeRegistry = {
  gossip: registered('gossip', { operations: native, knobs }),
  crdt: registered('crdt', { operations: { ...native, cas: 'refused', transfer: 'refused' }, knobs: [] }),
  quorum: registered('quorum', { operations: { ...native, transfer: 'refused' }, knobs: [] }),
  lock: registered('lock', { operations: native, knobs: [] }),
  './mine.ts': registered('mine', { operations: native, knobs: [] }),
};

function registered(name: string, parts: Pick<Strategy<never>, 'operations' | 'knobs'>) {
  const strategy: Strategy<never> = {
    name,
    summary: 'only a name',
    family: 'eventual',
    tolerates: [],
    guarantees: () => [],
    create: () => {
      throw new Error('a fake is never run');
    },
    ...parts,
  };
  return { strategy, module: `file:///${name}.ts` };
}
