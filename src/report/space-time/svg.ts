/** The attributes of an element, in the order in which they are written. */
export type Attributes = Readonly<Record<string, string | number>>;

/** Text as it may stand in an element or an attribute. What no XML may hold becomes a question mark. */
export function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '?');
}

/** One element on one line; its content is taken as it is. */
export function element(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? pixels(value) : escaped(value)}"`,
  );
  const head = `<${name}${written.join('')}`;
  return content === '' ? `${head}/>` : `${head}>${content}</${name}>`;
}

/** A text, escaped. */
export function textElement(attributes: Attributes, text: string): string {
  return element('text', attributes, escaped(text));
}

/** To a tenth of a pixel: the same characters everywhere. */
export function pixels(value: number): string {
  const tenths = Math.round(value * 10) / 10;
  return Object.is(tenths, -0) ? '0' : String(tenths);
}

/** About as wide as a text becomes in a sans-serif font of common width. */
export function textWidth(text: string, size: number): number {
  return [...text].length * size * 0.58;
}
