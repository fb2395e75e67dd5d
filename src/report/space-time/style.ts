/** Okabe and Ito's palette, which people with any kind of colour vision can tell apart, and greys. */
export const colour = {
  ink: '#1a1a1a',
  quiet: '#6b6b6b',
  faint: '#d9d9d9',
  paper: '#ffffff',
  update: '#0072b2',
  read: '#56b4e9',
  wrong: '#d55e00',
  fault: '#e69f00',
  faultText: '#7a5200',
  client: '#7f8fa6',
  message: '#444444',
} as const;

/** Sizes in pixels. */
export const size = {
  wanted: 640,
  margin: 20,
  title: 16,
  text: 11,
  small: 9,
  processLane: 54,
  nodeLane: 58,
  bar: 12,
  line: 15,
  smallLine: 13,
} as const;

export const fonts = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";
