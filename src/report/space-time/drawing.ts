import { atSecond } from '../../checkers/words.ts';
import type { Micros } from '../../kernel/time.ts';
import { formatMs } from '../format.ts';
import type { Axis } from './axis.ts';
import { LabelPlaces } from './labels.ts';
import type { Layout } from './layout.ts';
import { cross, halo, small } from './marks.ts';
import type { DrawnFault, DrawnMessage, DrawnOperation, Scene } from './scene.ts';
import { colour, size } from './style.ts';
import { element, escaped, textElement, textWidth } from './svg.ts';

/** How far to the right something gets that is lost as it leaves. */
const stub = 16;
/** A shortened stretch must be so wide for its length to be written. */
const roomForGap = 64;

/** Draws the parts of a picture, from the back to the front. */
export class Drawing {
  readonly #scene: Scene;
  readonly #width: number;
  readonly #axis: Axis;
  /** The height of each lane's line. */
  readonly #rows: readonly number[];
  readonly #left: number;
  readonly #bottom: number;
  readonly #words: readonly string[];
  readonly #notes: readonly string[];
  readonly #labels = new LabelPlaces();

  constructor(scene: Scene, layout: Layout) {
    this.#scene = scene;
    this.#axis = layout.axis;
    this.#rows = layout.rows;
    this.#left = layout.left;
    this.#bottom = layout.bottom;
    this.#width = layout.width;
    this.#words = layout.sentence;
    this.#notes = layout.legend;
  }

  /** Each is an element, or a few on lines of their own. */
  parts(): readonly string[] {
    const { operations, messages, faults, title } = this.#scene;
    for (const operation of operations) this.#reserve(operation);
    for (const y of this.#rows) this.#labels.take({ left: 0, top: y - 4, width: this.#width, height: 8 });
    return [
      textElement(
        { x: size.margin, y: size.margin + size.title - 4, 'font-size': size.title, 'font-weight': '600' },
        title,
      ),
      ...faults.map((fault) => this.#fault(fault)),
      ...this.#edges(),
      ...this.#lanes(),
      ...messages.map((message) => this.#arrow(message)),
      ...operations.map((operation) => this.#operation(operation)),
      ...faults.map((fault) => this.#faultLabel(fault)),
      ...messages.map((message) => this.#messageLabel(message)),
      ...this.#times(),
      ...this.#sentence(),
    ].filter((part) => part !== '');
  }

  #x(at: Micros): number {
    return this.#left + this.#axis.x(at);
  }

  #end(at: Micros | null): number {
    return at === null ? this.#left + this.#axis.width + 12 : this.#x(at);
  }

  #lanes(): readonly string[] {
    return this.#scene.lanes.flatMap(({ name, kind }, lane) => {
      const y = this.#rows[lane]!;
      const line = { x1: this.#left - 6, y1: y, x2: this.#left + this.#axis.width + 12, y2: y };
      const dashes = kind === 'process' ? { 'stroke-dasharray': '1 3' } : {};
      return [
        textElement(
          {
            x: this.#left - 14,
            y: y + 4,
            'text-anchor': 'end',
            ...(kind === 'node' ? { 'font-weight': '600' } : {}),
          },
          name,
        ),
        element('line', {
          ...line,
          stroke: colour.quiet,
          'stroke-width': kind === 'node' ? 1.4 : 1,
          ...dashes,
        }),
      ];
    });
  }

  #fault({ lanes, from, to, label }: DrawnFault): string {
    const x = this.#x(Math.max(from, this.#scene.from));
    const width = Math.max(3, this.#end(to) - x);
    return lanes
      .map((lane) =>
        element(
          'rect',
          { x, y: this.#rows[lane]! - 20, width, height: 40, rx: 3, fill: 'url(#hatch)' },
          element('title', {}, escaped(label)),
        ),
      )
      .join('\n');
  }

  /**
   * Where there is room, inside of the picture: on each lane that is struck for itself, once where it lies between lanes. Who
   * points at the shade is told in any case.
   */
  #faultLabel({ lanes, from, to, label, short }: DrawnFault): string {
    const x = this.#x(Math.max(from, this.#scene.from));
    const width = textWidth(short, size.small + 1);
    const furthest = this.#width - size.margin - width;
    const middle = (x + this.#end(to) - width) / 2;
    const lefts = [Math.max(x + 3, middle), x + 3, x + 20, x - width / 2, x - width]
      .map((left) => Math.min(left, furthest))
      .filter((left) => left >= this.#left);
    const labels = lanes.slice(0, short === label ? 1 : lanes.length).flatMap((lane) => {
      const y = this.#rows[lane]!;
      const places = [-21, 6].flatMap((above) =>
        lefts.map((left) => ({ left, top: y + above, width, height: 12 })),
      );
      const place = this.#labels.firstFree(places);
      if (place === undefined) return [];
      const style = { 'font-size': size.small + 1, fill: colour.faultText, ...halo };
      return [textElement({ x: place.left, y: place.top + 10, ...style }, short)];
    });
    return labels.join('\n');
  }

  #reserve({ lane, from, to, text }: DrawnOperation): void {
    const left = this.#x(from);
    const width = Math.max(textWidth(text, size.text), this.#end(to) - left);
    this.#labels.take({ left, top: this.#rows[lane]! - 24, width, height: 32 });
  }

  #operation({ lane, from, to, text, kind, wrong }: DrawnOperation): string {
    const x = this.#x(from);
    const y = this.#rows[lane]!;
    const width = Math.max(4, this.#end(to) - x);
    const open = to === null ? { 'stroke-dasharray': '3 2' } : {};
    const fill = wrong ? colour.wrong : colour[kind];
    const words = wrong ? { fill: colour.wrong, 'font-weight': '700' } : {};
    return [
      element('rect', {
        x,
        y: y - size.bar / 2,
        width,
        height: size.bar,
        rx: 2,
        fill,
        'fill-opacity': to === null ? '0.35' : '1',
        stroke: wrong ? colour.wrong : colour.update,
        'stroke-width': wrong ? 2 : 1,
        ...open,
      }),
      textElement({ x, y: y - size.bar / 2 - 5, ...words, ...halo }, text),
    ].join('\n');
  }

  /** From where to where an arrow goes, and how much of the way is drawn. */
  #way({ from, to, sentAt, endedAt, fate }: DrawnMessage) {
    const [x1, y1] = [this.#x(sentAt), this.#rows[from]!];
    const [x2, y2] = [this.#end(endedAt), this.#rows[to]!];
    // What is lost as it leaves does not get far.
    if (fate === 'lost' && x2 - x1 < stub) return { x1, y1, x2: x1 + stub, y2: y1 + (y2 - y1) * 0.72 };
    const part = fate === 'lost' ? 0.82 : fate === 'under way' ? 0.7 : 1;
    return { x1, y1, x2: x1 + (x2 - x1) * part, y2: y1 + (y2 - y1) * part };
  }

  #arrow(message: DrawnMessage): string {
    const { fate, detail, ofClient } = message;
    const way = this.#way(message);
    const stroke = ofClient ? colour.client : colour.message;
    const dashes = fate === 'arrives' ? {} : { 'stroke-dasharray': '4 3' };
    const arrives = fate === 'arrives' || fate === 'waits';
    const head = arrives ? { 'marker-end': `url(#to-${ofClient ? 'client' : 'message'})` } : {};
    const title = element('title', {}, escaped(detail));
    const line = element('line', { ...way, stroke, 'stroke-width': 1.1, ...dashes, ...head }, title);
    if (fate !== 'lost') return line;
    this.#labels.take({ left: way.x2 - 5, top: way.y2 - 5, width: 10, height: 10 });
    return `${line}\n${cross(way.x2, way.y2)}`;
  }

  #messageLabel(message: DrawnMessage): string {
    const { text, ofClient } = message;
    if (text === '' || ofClient) return '';
    const { x1, y1, x2, y2 } = this.#way(message);
    const width = textWidth(text, size.small);
    const places = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78].map((part) => ({
      left: x1 + (x2 - x1) * part - width / 2,
      top: y1 + (y2 - y1) * part - 5,
      width,
      height: 10,
    }));
    const place = this.#labels.firstFree(places);
    if (place === undefined) return '';
    return textElement(
      { x: place.left, y: place.top + 8, 'font-size': size.small, fill: colour.quiet, ...halo },
      text,
    );
  }

  /** A faint line at each edge of an operation, down to its time. */
  #edges(): readonly string[] {
    return this.#ticks().map(({ x }) =>
      element('line', {
        x1: x,
        y1: size.margin + size.title + 18,
        x2: x,
        y2: this.#bottom,
        stroke: colour.faint,
        'stroke-width': 1,
      }),
    );
  }

  #times(): readonly string[] {
    const shortened = this.#axis.shortened
      .filter(({ from, to }) => to - from > roomForGap)
      .map(({ from, to, lasts }) =>
        textElement(
          { x: this.#left + (from + to) / 2, y: this.#bottom + 27, ...small, 'font-style': 'italic' },
          `… ${formatMs(lasts / 1_000)} …`,
        ),
      );
    const ticks = this.#ticks().map(({ x, at }) =>
      textElement({ x, y: this.#bottom + 14, ...small }, atSecond(at)),
    );
    return [...ticks, ...shortened];
  }

  /** Edges of operations, first those of what is wrong, as many as have room. */
  #ticks(): readonly { readonly at: Micros; readonly x: number }[] {
    const room = textWidth('0.000000 s', size.small) + 10;
    const byNeed = [...this.#scene.operations].sort((a, b) => Number(b.wrong) - Number(a.wrong));
    const kept: { readonly at: Micros; readonly x: number }[] = [];
    for (const at of byNeed.flatMap(({ from, to }) => (to === null ? [from] : [from, to]))) {
      const x = this.#x(at);
      if (kept.every((other) => Math.abs(other.x - x) >= room)) kept.push({ at, x });
    }
    return kept;
  }

  #sentence(): readonly string[] {
    const top = this.#bottom + 52;
    const below = top + this.#words.length * size.line + 4;
    return [
      ...this.#words.map((line, i) =>
        textElement({ x: size.margin, y: top + i * size.line, 'font-size': size.text + 1 }, line),
      ),
      ...this.#notes.map((line, i) =>
        textElement(
          { x: size.margin, y: below + i * size.smallLine, 'font-size': size.small, fill: colour.quiet },
          line,
        ),
      ),
    ];
  }
}
