import type { NodeId } from '../../kernel/operation.ts';

/**
 * A fencing token (Burrows 2006, section 2.4, calls it a sequencer): counter, node and incarnation of whoever was
 * granted a key, as one number that orders all grants of the key. 3000020001 is the third grant, to node 1 in its second
 * incarnation. 0 is below every token.
 */
export type Token = number;

const lives = 1_000_000_000;
const nodes = 10_000;
const incarnationsAtMost = lives / nodes;

/** The smallest token of `life` whose counter is above that of `floor`. */
export function tokenAbove(floor: Token, life: number): Token {
  const token = (Math.floor(floor / lives) + 1) * lives + life;
  if (!Number.isSafeInteger(token)) throw new RangeError(`no token is above ${floor}: too many grants`);
  return token;
}

/** The life (see `lifeOf`) that a token was granted to. */
export function lifeIn(token: Token): number {
  return token % lives;
}

export function nodeIn(token: Token): NodeId {
  return (token % lives) % nodes;
}

export function assertIncarnationFits(incarnation: number): void {
  if (incarnation >= incarnationsAtMost)
    throw new RangeError(
      `lock tells ${incarnationsAtMost - 1} incarnations of a node apart, not ${incarnation}`,
    );
}
