import { describe, expect, test } from 'vitest';
import { drawScene } from '../../../src/report/space-time/draw.ts';
import type { Scene } from '../../../src/report/space-time/scene.ts';

const scene: Scene = {
  title: 'x breaks its promise "linearizable"',
  sentence: 'Process 2 read 1 at 0.300 s although process 1 had written 2.',
  remark: '',
  lanes: [
    { name: 'process 1', kind: 'process' },
    { name: 'process 2', kind: 'process' },
    { name: 'asia-1', kind: 'node' },
    { name: 'europe-1', kind: 'node' },
  ],
  operations: [
    { lane: 0, from: 100_000, to: 140_000, text: 'writes 2', kind: 'update', wrong: false },
    { lane: 1, from: 300_000, to: 310_000, text: 'reads 1', kind: 'read', wrong: true },
  ],
  messages: [
    message({ from: 0, to: 2, sentAt: 100_000, endedAt: 101_000, ofClient: true }),
    message({ from: 2, to: 3, sentAt: 101_000, endedAt: 130_000, fate: 'lost', text: 'store' }),
    message({ from: 2, to: 3, sentAt: 102_000, endedAt: null, fate: 'under way', text: 'again' }),
  ],
  faults: [{ label: 'pause of europe-1', short: 'pause', lanes: [3], from: 90_000, to: 200_000 }],
  from: 100_000,
  to: 310_000,
};

function message(known: Partial<Scene['messages'][number]>): Scene['messages'][number] {
  return {
    from: 0,
    to: 1,
    sentAt: 0,
    endedAt: 0,
    fate: 'arrives',
    text: '',
    detail: '{}',
    ofClient: false,
    ...known,
  };
}

/** Elements that contain a text. */
function linesWith(svg: string, part: string | RegExp): readonly string[] {
  return svg.split('\n').filter((line) => (typeof part === 'string' ? line.includes(part) : part.test(line)));
}

describe('a space-time diagram', () => {
  test('is one well-formed element with a title and a description for who does not see it', () => {
    const svg = drawScene(scene);

    expect(svg).toMatch(
      /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*role="img" aria-labelledby="title description"/,
    );
    expect(svg).toMatch(/<title id="title">x breaks its promise &quot;linearizable&quot;<\/title>/);
    expect(svg).toMatch(
      /<desc id="description">Process 2 read 1 .* process 2 reads 1 \(from 0.300 s\); pause of europe-1/,
    );
    expect(svg.endsWith('</svg>\n')).toBe(true);
    const opened = [...svg.matchAll(/<([a-z]+)[^<>]*(?<!\/)>/gi)].map(([, name]) => name).sort();
    const closed = [...svg.matchAll(/<\/([a-z]+)>/gi)].map(([, name]) => name).sort();
    expect(opened).toEqual(closed);
  });

  test('shows what must not be in the colour of alarm, bold and with its time', () => {
    const svg = drawScene(scene);

    expect(linesWith(svg, '>reads 1<')[0]).toContain('fill="#d55e00" font-weight="700"');
    expect(linesWith(svg, '>writes 2<')[0]).not.toContain('#d55e00');
    expect(linesWith(svg, '>0.300 s<')).toHaveLength(1);
  });

  test('ends lost messages in a cross, and leaves those under way without a head', () => {
    const svg = drawScene(scene);

    const lines = linesWith(svg, /^<line .*<title>/);
    expect(lines.map((line) => [line.includes('marker-end'), line.includes('dasharray')])).toEqual([
      [true, false],
      [false, true],
      [false, true],
    ]);
    expect(linesWith(svg, /^<path .* l8 8 m0 -8 l-8 8/)).toHaveLength(1);
    expect(svg).toContain('Dashed messages had not arrived yet. Messages that end in a cross were lost.');
  });

  test('shades a fault on the lanes that it strikes, from where the picture begins', () => {
    const svg = drawScene(scene);

    const shades = linesWith(svg, 'fill="url(#hatch)"');
    expect(shades).toHaveLength(1);
    expect(shades[0]).toContain('<title>pause of europe-1</title>');
    expect(linesWith(svg, />pause<\/text>/)).toHaveLength(1);
  });

  test('writes whatever texts hold as text', () => {
    const text = '<script>alert("x")</script> & \u0000';
    const svg = drawScene({
      ...scene,
      title: text,
      sentence: text,
      remark: text,
      lanes: scene.lanes.map((lane) => ({ ...lane, name: text })),
      operations: scene.operations.map((operation) => ({ ...operation, text })),
      messages: scene.messages.map((one) => ({ ...one, text, detail: text })),
      faults: scene.faults.map((fault) => ({ ...fault, label: text, short: text })),
    });

    expect(svg).not.toContain('<script');
    expect(svg).not.toContain('\u0000');
    expect(svg).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; ?');
  });

  test('keeps the order of time, and everything inside of the picture', () => {
    const svg = drawScene(scene);
    const width = Number(/viewBox="0 0 ([\d.]+) /.exec(svg)![1]);

    const starts = linesWith(svg, /^<line .*<title>/).map((line) => Number(/x1="([\d.]+)"/.exec(line)![1]));
    expect(starts).toHaveLength(3);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
    const places = [...svg.matchAll(/ x[12]?="([\d.-]+)"/g)].map((match) => Number(match[1]));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...places)).toBeLessThanOrEqual(width);
    expect(width).toBeLessThan(1_000);
  });

  test('is the same, whenever it is drawn', () => {
    expect(drawScene(structuredClone(scene))).toBe(drawScene(scene));
  });
});
