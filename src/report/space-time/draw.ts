import { Drawing } from './drawing.ts';
import { layoutOf } from './layout.ts';
import { definitions } from './marks.ts';
import type { Scene } from './scene.ts';
import { colour, fonts, size } from './style.ts';
import { element, escaped, pixels } from './svg.ts';
import { descriptionOf } from './words.ts';

/**
 * A space-time diagram as SVG, as Lamport drew them: lanes from left to right, messages as arrows between them. The same
 * scene gives the same bytes.
 */
export function drawScene(scene: Scene): string {
  const layout = layoutOf(scene);
  const { width, height } = layout;
  const parts = [
    element('title', { id: 'title' }, escaped(scene.title)),
    element('desc', { id: 'description' }, escaped(descriptionOf(scene))),
    definitions,
    element('rect', { width, height, fill: colour.paper }),
    ...new Drawing(scene, layout).parts(),
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
