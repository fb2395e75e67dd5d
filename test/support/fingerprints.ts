import { checkTrial, type Fingerprint } from '../../src/experiment/determinism.ts';
import { parseSpec } from '../../src/experiment/spec-file.ts';
import { strategies } from '../../src/strategies/index.ts';

const workload = `
schemaVersion: 1
name: golden
summary: A moment of mixed questions and delays of every kind.
seed: 42
topology:
  regions: { asia: 2, america: 1 }
  latency:
    within-region: { uniform: { minimum: 300us, maximum: 2ms } }
    clients: { exponential: { minimum: 200us, mean: 500us } }
    between: { asia and america: { log-normal: { median: 20ms, jitter: 20% } } }
workload: { kind: registers, keys: 10, writes: 50%, skew: 0.99 }
load:
  open: { rate: 200/s }
duration: 500ms
faults:
  - { crash: asia-2, at: 200ms, for: 100ms }
strategies: [gossip, crdt, quorum, lock]
`;

/** What a small run of each strategy leaves behind, as hashes; a strategy whose two runs differ is left out. */
export async function fingerprints(): Promise<Readonly<Record<string, Fingerprint>>> {
  const spec = parseSpec(workload, 'golden.yaml', strategies);
  const found: Record<string, Fingerprint> = {};
  for (const choice of spec.strategies) {
    const checked = await checkTrial({ spec, choice, trial: 1 }, { signal: undefined, onNews: () => {} });
    const { fingerprint, difference } = checked!.comparison!;
    if (difference === null) found[choice.label] = fingerprint;
  }
  return found;
}

// Run by itself, it prints them.
if (process.argv[1] !== undefined && import.meta.url.endsWith(process.argv[1].replaceAll('\\', '/'))) {
  console.log(JSON.stringify(await fingerprints()));
}
