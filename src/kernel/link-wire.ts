/**
 * The binary format of the default codec. Every value begins with a tag byte; small integers, short strings, and the
 * first words and shapes of a link are their tag alone or begin in it.
 *
 * A *word* is a short string that the sender uses often: it travels as its number. A *shape* is an ordered list of
 * field names: an object of it travels as the shape's number and the values. A sender has the same numbers for all its
 * links, so that a message to many is written once; each link's first message that needs a number begins with its
 * definition. Definitions stand before the value, and nowhere else.
 */
export const tag = {
  /** 0x00 to 0x7f are the integers 0 to 127. */
  shortString: 0x80,
  firstWord: 0xa0,
  firstShape: 0xc0,
  null: 0xe0,
  undefined: 0xe1,
  false: 0xe2,
  true: 0xe3,
  /** The integer follows in 1, 2, 4 or 6 bytes; the negative ones hold −1 − n. */
  positive1: 0xe4,
  positive2: 0xe5,
  positive4: 0xe6,
  positive6: 0xe7,
  negative1: 0xe8,
  negative2: 0xe9,
  negative4: 0xea,
  negative6: 0xeb,
  double: 0xec,
  /** A length, then one byte a code unit. */
  latinString: 0xed,
  /** A length, then two bytes a code unit, so that even lone surrogates survive. */
  wideString: 0xee,
  word: 0xef,
  /** A definition: the number of a word and the word. */
  newWord: 0xf0,
  shape: 0xf1,
  /** A definition: the number of a shape, a count, and as many names of fields. */
  newShape: 0xf2,
  /** A count, then pairs of string and value. */
  object: 0xf3,
  array: 0xf4,
  map: 0xf5,
  set: 0xf6,
} as const;

/** How many strings, words and shapes have a tag byte of their own. */
export const inTag = 32;

/** Longer strings travel in full each time. */
export const longestWord = 16;
export const mostWords = 4096;
export const mostShapes = 256;
/** Objects of more fields travel with their names each time. */
export const longestShape = 64;

/** Deeper data is taken for a cycle. */
export const deepestNesting = 200;
