import type { Mail } from './mail.ts';
import type { LinkPort } from './protocol.ts';

/** The sending end of a directed link between two hosts. */
export interface OutLink {
  /** False where there is no room now: keep the mail and try again on a later turn. What was taken is not seen yet. */
  send(mail: Mail): boolean;
  /** Lets the receiver see all that was sent, if it is awake. */
  publish(): void;
  /** Wakes the receiver if something was published since the last call. */
  wake(): void;
  /** How many bytes the mail sent last took. */
  readonly lastBytes: number;
}

/** The receiving end. */
export interface InLink {
  /** Whether there may be mail. */
  pending(): boolean;
  /** Hands over all mail that is here, in the order of sending. Each is valid during the call alone. */
  drain(deliver: (mail: Mail) => void): number;
}

/** All the links of one host. */
export interface Transport {
  /** By host; null for the host itself and where no mail goes. */
  readonly out: readonly (OutLink | null)[];
  readonly in: readonly (InLink | null)[];
  /** Another host began a new life, and this port leads to it. */
  relink(link: LinkPort): void;
}

/** Called with a host to which something was posted that it cannot see in shared memory. */
export type Posted = (host: number) => void;
