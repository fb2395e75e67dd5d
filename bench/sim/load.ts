import { seconds } from '../../src/kernel/time.ts';
import { delayWith } from '../../src/topology/build.ts';
import type { Delay } from '../../src/topology/delay.ts';
import type { Topology } from '../../src/topology/topology.ts';

/** What both sides of the benchmark share: five nodes on links of one distribution, and fifty clients in a closed loop. */
export const nodes = 5;
export const clients = 50;
export const delay: Delay = delayWith(500, 0.3);
export const duration = seconds(15);

const here = 'here';

export const topology: Topology = {
  name: 'bench',
  regions: [here],
  nodes: Array.from({ length: nodes }, (_, id) => ({
    id,
    name: `here-${id + 1}`,
    region: here,
    zone: here,
    cluster: here,
  })),
  fifo: false,
  delays: [delay],
  links: new Array((nodes + 1) ** 2).fill(0),
};
