import type { RunEvent } from '../experiment/run.ts';
import type { ProgressDisplay } from './progress.ts';

/** The parts of a trial that the load and the checks take of its bar. */
const shareOfLoad = 0.95;
const whileChecking = 0.97;

/** Shows what happens during a run: of each strategy, how much of all its trials is done. */
export class RunProgress {
  readonly #display: ProgressDisplay;
  readonly #trials: number;
  /** By label and trial: from 0 to 1. */
  readonly #fractions = new Map<string, Map<number, number>>();

  constructor(display: ProgressDisplay, trials: number) {
    this.#display = display;
    this.#trials = trials;
  }

  show(event: RunEvent): void {
    switch (event.type) {
      case 'trial-begins':
        return this.#update(event, 0, 'starting nodes');
      case 'progress': {
        const { fraction, ok, refused, fail, info } = event.progress;
        const words = `${count(ok + refused)} answered, ${count(fail + info)} not`;
        return this.#update(event, fraction * shareOfLoad, words);
      }
      case 'checking':
        return this.#update(event, whileChecking, 'checking');
      case 'trial-ends':
        return this.#update(event, 1, 'done');
    }
  }

  #update({ type, label, trial }: RunEvent, fraction: number, words: string): void {
    const fractions = this.#fractions.get(label) ?? new Map<number, number>();
    this.#fractions.set(label, fractions.set(trial, fraction));
    const last = Math.max(...fractions.keys());
    // Trials begin in order: an earlier one that was not seen had been measured before this run.
    const earlier = Array.from({ length: last }, (_, i) => fractions.get(i + 1) ?? 1);
    const sum = earlier.reduce((all, one) => all + one, 0);
    const which = this.#trials > 1 ? `trial ${trial} of ${this.#trials}, ` : '';
    const stage = `${trial} ${type}`;
    this.#display.update({ label, fraction: sum / this.#trials, stage, words: `${which}${words}` });
  }
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
