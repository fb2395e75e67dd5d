import type { Micros } from '../../kernel/time.ts';

/** A line of a space-time diagram: somebody to whom things happen, one after the other. */
export interface Lane {
  readonly name: string;
  readonly kind: 'process' | 'node';
}

/** What a client asked and was told, as a bar on the lane of its process. */
export interface DrawnOperation {
  readonly lane: number;
  readonly from: Micros;
  /** Null where no answer came. */
  readonly to: Micros | null;
  readonly text: string;
  readonly kind: 'read' | 'update';
  /** Whether it is what must not be. */
  readonly wrong: boolean;
}

/** Something on its way from one lane to another. */
export interface DrawnMessage {
  readonly from: number;
  readonly to: number;
  readonly sentAt: Micros;
  /** When it came to its end; null where it was still under way when the picture ends. */
  readonly endedAt: Micros | null;
  /** `waits`: it reached a node that slept. */
  readonly fate: 'arrives' | 'waits' | 'lost' | 'under way';
  /** What it is called; empty where that is not known. */
  readonly text: string;
  /** All that it holds, for who points at it. */
  readonly detail: string;
  /** Whether it passes between a client and a node. */
  readonly ofClient: boolean;
}

/** A span of time in which something was wrong, on some lanes. */
export interface DrawnFault {
  readonly label: string;
  /** The same on the lane of whom it strikes, whose name it need not repeat. */
  readonly short: string;
  readonly lanes: readonly number[];
  readonly from: Micros;
  /** Null where it lasted longer than the picture. */
  readonly to: Micros | null;
}

/** All that a space-time diagram shows. */
export interface Scene {
  readonly title: string;
  /** What is wrong, as one sentence; it stands underneath. */
  readonly sentence: string;
  /** What the picture leaves out; empty where it shows all that belongs to it. */
  readonly remark: string;
  readonly lanes: readonly Lane[];
  readonly operations: readonly DrawnOperation[];
  readonly messages: readonly DrawnMessage[];
  readonly faults: readonly DrawnFault[];
  /** The first and the last moment. */
  readonly from: Micros;
  readonly to: Micros;
}
