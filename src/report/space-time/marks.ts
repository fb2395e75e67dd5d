import { colour, size } from './style.ts';
import { element, pixels } from './svg.ts';

/** Arrow heads, and the hatching of faults. */
export const definitions = element(
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

/** The look of small print, about its middle. */
export const small = { 'text-anchor': 'middle', 'font-size': size.small, fill: colour.quiet } as const;
/** White around letters, so that lines behind them do not strike them out. */
export const halo = {
  stroke: colour.paper,
  'stroke-width': 3,
  'paint-order': 'stroke',
  'stroke-linejoin': 'round',
} as const;

/** Where something was lost. */
export function cross(x: number, y: number): string {
  const d = `M${pixels(x - 4)} ${pixels(y - 4)} l8 8 m0 -8 l-8 8`;
  return element('path', { d, stroke: colour.ink, 'stroke-width': 1.8, fill: 'none' });
}
