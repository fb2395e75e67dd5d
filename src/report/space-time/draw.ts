import { atSecond } from '../../checkers/words.ts';
import type { Micros } from '../../kernel/time.ts';
import { formatMs } from '../format.ts';
import { wrapped } from '../wrap.ts';
import { type Axis, axisOf, type Distance } from './axis.ts';
import { LabelPlaces } from './labels.ts';
import type { DrawnFault, DrawnMessage, DrawnOperation, Scene } from './scene.ts';
import { colour, fonts, size } from './style.ts';
import { element, escaped, pixels, textElement, textWidth } from './svg.ts';

/** Arrow heads, and the hatching of faults. */
const definitions = element(
  'defs',
  {},
  ['client', 'message']
    .map((kind) =>
      element(
        'marker',
        {
          id: `to-${kind}`,
          viewBox: '0 0 8 8',
          refX: '7',
          refY: '4',
          markerWidth: '7',
          markerHeight: '7',
          orient: 'auto-start-reverse',
        },
        element('path', { d: 'M0 0.8 L8 4 L0 7.2 z', fill: colour[kind as 'client' | 'message'] }),
      ),
    )
    .join('') +
    element(
      'pattern',
      { id: 'hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      element('rect', { width: 6, height: 6, fill: colour.fault, 'fill-opacity': '0.16' }) +
        element('rect', { width: 1.5, height: 6, fill: colour.fault, 'fill-opacity': '0.45' }),
    ),
);

/**
 * A space-time diagram as SVG, as Lamport drew them: lanes from left to right, messages as arrows between them. The same
 * scene gives the same bytes.
 */
export function drawScene(scene: Scene): string {
  const drawing = new Drawing(scene);
  const { width, height } = drawing;
  const parts = [
    element('title', { id: 'title' }, escaped(scene.title)),
    element('desc', { id: 'description' }, escaped(descriptionOf(scene))),
    definitions,
    element('rect', { width, height, fill: colour.paper }),
    ...drawing.parts(),
  ];
  const head = {
    xmlns: 'http://www.w3.org/2000/svg',
    width: Math.min(width, 1_000),
    viewBox: `0 0 ${pixels(width)} ${pixels(height)}`,
    role: 'img',
    'aria-labelledby': 'title description',
    'font-family': fonts,
    'font-size': size.text,
    fill: colour.ink,
  };
  return `${element('svg', head, `\n${parts.join('\n')}\n`)}\n`;
}

/** For who does not see the picture. */
function descriptionOf({ lanes, operations, faults, messages, sentence }: Scene): string {
  const asked = operations.map(
    ({ lane, text, from }) => `${lanes[lane]!.name} ${text} (from ${atSecond(from)})`,
  );
  const struck = faults.map(({ label, from }) => `${label} from ${atSecond(from)}`);
  return `${sentence} Shown: ${[...asked, ...struck].join('; ')}; ${messages.length} messages.`;
}

/** The places of everything in a picture, and its drawing. */
class Drawing {
  readonly width: number;
  readonly height: number;
  readonly #scene: Scene;
  readonly #axis: Axis;
  /** The height of each lane's line. */
  readonly #rows: readonly number[];
  readonly #left: number;
  readonly #bottom: number;
  readonly #words: readonly string[];
  readonly #notes: readonly string[];
  readonly #labels = new LabelPlaces();

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#axis = axisOf(momentsOf(scene), size.wanted, distancesOf(scene));
    const names = Math.max(...scene.lanes.map(({ name }) => textWidth(name, size.text)));
    this.#left = size.margin + names + 16;
    this.width = Math.max(this.#left + this.#axis.width + size.margin + 24, 520);
    let y = size.margin + size.title + 20;
    this.#rows = scene.lanes.map(({ kind }) => {
      const height = kind === 'process' ? size.processLane : size.nodeLane;
      y += height;
      return y - height / 2 + (kind === 'process' ? 8 : 0);
    });
    this.#bottom = y + 6;
    const characters = Math.floor((this.width - 2 * size.margin) / ((size.text + 1) * 0.58));
    this.#words = wrapped(scene.sentence, characters).split('\n');
    this.#notes = wrapped(legendOf(scene), Math.floor((characters * (size.text + 1)) / size.small)).split(
      '\n',
    );
    this.height =
      this.#bottom + 40 + this.#words.length * size.line + 6 + this.#notes.length * 13 + size.margin - 8;
  }

  parts(): readonly string[] {
    const { operations, messages, faults, title } = this.#scene;
    for (const operation of operations) this.#reserve(operation);
    for (const y of this.#rows) this.#labels.take({ left: 0, top: y - 4, width: this.width, height: 8 });
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

  /** On each lane where there is room, inside of the picture; who points at the shade is told in any case. */
  #faultLabel({ lanes, from, to, short }: DrawnFault): string {
    const x = this.#x(Math.max(from, this.#scene.from));
    const width = textWidth(short, size.small + 1);
    const furthest = this.width - size.margin - width;
    const middle = (x + this.#end(to) - width) / 2;
    const lefts = [Math.max(x + 3, middle), x + 3, x + 20, x - width / 2, x - width]
      .map((left) => Math.min(left, furthest))
      .filter((left) => left >= this.#left);
    const labels = lanes.flatMap((lane) => {
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

  #arrow({ from, to, sentAt, endedAt, fate, detail, ofClient }: DrawnMessage): string {
    const [x1, y1] = [this.#x(sentAt), this.#rows[from]!];
    const [x2, y2] = [this.#end(endedAt), this.#rows[to]!];
    // What is lost does not get there, and what is still under way is seen on its way only.
    const part = fate === 'lost' ? 0.82 : fate === 'under way' ? 0.7 : 1;
    const [x, y] = [x1 + (x2 - x1) * part, y1 + (y2 - y1) * part];
    const stroke = ofClient ? colour.client : colour.message;
    const dashes = fate === 'arrives' ? {} : { 'stroke-dasharray': '4 3' };
    const head =
      fate === 'arrives' || fate === 'waits'
        ? { 'marker-end': `url(#to-${ofClient ? 'client' : 'message'})` }
        : {};
    const line = element(
      'line',
      { x1, y1, x2: x, y2: y, stroke, 'stroke-width': 1.1, ...dashes, ...head },
      element('title', {}, escaped(detail)),
    );
    return fate === 'lost' ? `${line}\n${cross(x, y)}` : line;
  }

  #messageLabel({ from, to, sentAt, endedAt, text, ofClient }: DrawnMessage): string {
    if (text === '' || ofClient) return '';
    const [x1, y1] = [this.#x(sentAt), this.#rows[from]!];
    const [x2, y2] = [this.#end(endedAt), this.#rows[to]!];
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
        textElement({ x: size.margin, y: below + i * 13, 'font-size': size.small, fill: colour.quiet }, line),
      ),
    ];
  }
}

/** How to read what this picture has. */
function legendOf({ messages, remark }: Scene): string {
  const has = (fate: DrawnMessage['fate']) => messages.some((message) => message.fate === fate);
  return [
    'Time runs from left to right, not to scale.',
    has('under way') ? 'Dashed messages had not arrived yet.' : '',
    has('lost') ? 'Messages that end in a cross were lost.' : '',
    has('waits') ? 'Dashed messages with a head reached a node that slept.' : '',
    remark,
  ]
    .filter((words) => words !== '')
    .join(' ');
}

const small = { 'text-anchor': 'middle', 'font-size': size.small, fill: colour.quiet } as const;
const roomForGap = 64;

/** White around letters, so that lines behind them do not strike them out. */
const halo = {
  stroke: colour.paper,
  'stroke-width': 3,
  'paint-order': 'stroke',
  'stroke-linejoin': 'round',
} as const;

function cross(x: number, y: number): string {
  const d = `M${pixels(x - 4)} ${pixels(y - 4)} l8 8 m0 -8 l-8 8`;
  return element('path', { d, stroke: colour.ink, 'stroke-width': 1.8, fill: 'none' });
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
