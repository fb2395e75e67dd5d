import type { Micros } from '../../kernel/time.ts';
import { wrapped } from '../wrap.ts';
import { type Axis, axisOf, type Distance } from './axis.ts';
import type { Scene } from './scene.ts';
import { size } from './style.ts';
import { textWidth } from './svg.ts';
import { legendOf } from './words.ts';

/** Where everything in a picture stands, in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly axis: Axis;
  /** The height of each lane's line. */
  readonly rows: readonly number[];
  /** Where time begins. */
  readonly left: number;
  /** Where the lanes end. */
  readonly bottom: number;
  /** The sentence and the small print below, in lines. */
  readonly sentence: readonly string[];
  readonly legend: readonly string[];
}

/** The least width of a picture, for its title and its sentence. */
const narrowest = 520;

/** Finds a place for everything. */
export function layoutOf(scene: Scene): Layout {
  const axis = axisOf(momentsOf(scene), size.wanted, distancesOf(scene));
  const names = Math.max(...scene.lanes.map(({ name }) => textWidth(name, size.text)));
  const left = size.margin + names + 16;
  const width = Math.max(left + axis.width + size.margin + 24, narrowest);
  let y = size.margin + size.title + 20;
  const rows = scene.lanes.map(({ kind }) => {
    const height = kind === 'process' ? size.processLane : size.nodeLane;
    y += height;
    return y - height / 2 + (kind === 'process' ? 8 : 0);
  });
  const bottom = y + 6;
  const characters = Math.floor((width - 2 * size.margin) / ((size.text + 1) * 0.58));
  const sentence = wrapped(scene.sentence, characters).split('\n');
  const smaller = Math.floor((characters * (size.text + 1)) / size.small);
  const legend = wrapped(legendOf(scene), smaller).split('\n');
  const height = bottom + 46 + sentence.length * size.line + legend.length * size.smallLine + size.margin - 8;
  return { width, height, axis, rows, left, bottom, sentence, legend };
}

function momentsOf({ operations, messages, faults, from, to }: Scene): readonly Micros[] {
  const inside = (at: Micros | null): at is Micros => at !== null && at >= from && at <= to;
  return [
    from,
    to,
    ...operations.flatMap((operation) => [operation.from, operation.to]),
    ...messages.flatMap(({ sentAt, endedAt }) => [sentAt, endedAt]),
    ...faults.flatMap((fault) => [fault.from, fault.to]),
  ].filter(inside);
}

/** Operations of one process must not run into each other's words. */
function distancesOf({ operations, to: end }: Scene): readonly Distance[] {
  return operations.map(({ lane, from, text }) => {
    const later = operations.filter((other) => other.lane === lane && other.from > from);
    const next = Math.min(end, ...later.map((other) => other.from));
    return { from, to: next, pixels: textWidth(text, size.text) + 14 };
  });
}
