import { deserialize, serialize } from 'node:v8';
import { Bench } from 'tinybench';
import { createLinkCodec } from '../../src/kernel/link-codec.ts';
import type { Plain } from '../../src/kernel/operation.ts';
import { printRatio, printTable } from '../support/print.ts';
import { type Message, makeMessage } from '../transport/message.ts';

/**
 * What does a message cost to encode and decode? Beside the serializer that postMessage uses, and JSON. Each task
 * handles a thousand messages a time: one alone is shorter than a look at the clock.
 *
 *     npm run bench:codec
 */
const bar = 5;
const batch = 1000;
const messages: readonly Message[] = Array.from({ length: batch }, (_, i) => makeMessage(i % 5, 1, i));
const bytes = new Uint8Array(new SharedArrayBuffer(1 << 16));
const linkCodec = createLinkCodec();
const encoder = linkCodec.encoder();
const decoder = linkCodec.decoder();
let sink: unknown;

const tasks: Readonly<Record<string, (message: Message) => unknown>> = {
  'link codec: encode and decode': roundTrip,
  'link codec: encode': (message) => linkEncoder.encode(message as unknown as Plain, bytes, 0, bytes.length),
  'v8 serializer: encode and decode': (message) => deserialize(serialize(message)),
  'JSON: encode and decode': (message) => JSON.parse(JSON.stringify(message)),
};

/** Apart from the pair of the round trip, whose decoder must see all that its encoder writes. */
const linkEncoder = createLinkCodec().encoder();

const bench = new Bench({ time: 1500, warmupTime: 1000 });
for (const [name, run] of Object.entries(tasks)) {
  bench.add(name, () => {
    for (const message of messages) sink = run(message);
  });
}
await bench.run();

printTable(
  ['task', 'ns/message', 'messages/s', 'ratio'],
  Object.keys(tasks).map((name) => [
    name,
    nanoseconds(name).toFixed(0),
    `${(1000 / nanoseconds(name)).toFixed(2)} M`,
    `${(nanoseconds(name) / nanoseconds('link codec: encode and decode')).toFixed(2)}×`,
  ]),
);
console.log(`a message takes ${encodedLength()} bytes, in JSON ${JSON.stringify(messages[999]).length}`);
printRatio(
  'codec',
  nanoseconds('v8 serializer: encode and decode') / nanoseconds('link codec: encode and decode'),
  bar,
);

function roundTrip(message: Message): Plain {
  const end = encoder.encode(message as unknown as Plain, bytes, 0, bytes.length);
  return decoder.decode(bytes, 0, end);
}

/** The median time of a message. */
function nanoseconds(name: string): number {
  const result = bench.getTask(name)?.result;
  if (result === undefined || !('latency' in result)) throw new Error(`${name} did not finish (${sink})`);
  return (result.latency.p50 * 1e6) / batch;
}

function encodedLength(): number {
  return encoder.encode(messages[999] as unknown as Plain, bytes, 0, bytes.length);
}
