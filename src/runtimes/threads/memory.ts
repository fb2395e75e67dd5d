import type { ClusterSetup } from '../cluster.ts';
import { createDoorbells } from './doorbell.ts';
import { createMachines } from './machines.ts';
import { type SharedMemory, type TransportName, transportNames } from './protocol.ts';
import { createRing, defaultRingBytes } from './ring.ts';
import type { SharedState } from './shared-state.ts';

/** What all rings together may take, as long as none is smaller than the smallest that makes sense. */
const allRingBytes = 64 * 1024 * 1024;
const smallestRingBytes = 16 * 1024;

/** The transport that a setup asks for. Throws on one that does not exist. */
export function transportOf(setup: ClusterSetup): TransportName {
  const asked = setup.options?.transport ?? 'ring';
  const found = transportNames.find((name) => name === asked);
  if (found === undefined) {
    throw new RangeError(`no transport "${asked}"; there are ${transportNames.join(', ')}`);
  }
  return found;
}

/** Everything in shared memory that all hosts see. */
export function createMemory(state: SharedState, transport: TransportName): SharedMemory {
  const { hosts } = state;
  const bytes = ringBytesFor(hosts);
  const rings = Array.from({ length: hosts * hosts }, (_, link) =>
    transport === 'ring' && Math.floor(link / hosts) !== link % hosts ? createRing(bytes) : null,
  );
  return {
    state: state.memory,
    doorbells: createDoorbells(hosts),
    machines: createMachines(hosts),
    rings,
  };
}

/** Smaller rings where there are many: their number grows with the square of the hosts. */
function ringBytesFor(hosts: number): number {
  let bytes = defaultRingBytes;
  while (bytes > smallestRingBytes && bytes * hosts * hosts > allRingBytes) bytes /= 2;
  return bytes;
}
