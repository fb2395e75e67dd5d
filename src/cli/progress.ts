import cliProgress from 'cli-progress';

/** What the display needs to know of one trial under way. */
export interface ProgressOf {
  readonly label: string;
  /** From 0 to 1. */
  readonly fraction: number;
  /** Which part of which trial: plain output tells at once when another one begins. */
  readonly stage: string;
  readonly words: string;
}

/** Shows how far each strategy is, on stderr: bars on a terminal, plain lines with a heartbeat elsewhere. */
export interface ProgressDisplay {
  update(progress: ProgressOf): void;
  /** A line that stays. */
  say(line: string): void;
  close(): void;
}

/** The heartbeat of plain output, in milliseconds. */
const heartbeat = 2_000;

export function progressDisplay(labels: readonly string[], quiet: boolean): ProgressDisplay {
  if (quiet) return { update() {}, say() {}, close() {} };
  return process.stderr.isTTY && process.env.CI === undefined ? new Bars(labels) : new Lines();
}

class Bars implements ProgressDisplay {
  readonly #bars: cliProgress.MultiBar;
  readonly #bar = new Map<string, cliProgress.SingleBar>();
  #closed = false;

  constructor(labels: readonly string[]) {
    const width = Math.max(...labels.map((label) => label.length));
    this.#bars = new cliProgress.MultiBar(
      {
        format: '{label} {bar} {percentage} %  {words}',
        hideCursor: true,
        barsize: 24,
        stream: process.stderr,
        autopadding: true,
        linewrap: false,
      },
      cliProgress.Presets.shades_classic,
    );
    for (const label of labels) {
      this.#bar.set(label, this.#bars.create(100, 0, { label: label.padEnd(width), words: 'waiting' }));
    }
  }

  update({ label, fraction, words }: ProgressOf): void {
    this.#bar.get(label)?.update(Math.round(fraction * 100), { words });
  }

  say(line: string): void {
    this.#bars.log(`${line}\n`);
  }

  /** Once only: whatever was printed since would be overwritten. */
  close(): void {
    if (!this.#closed) this.#bars.stop();
    this.#closed = true;
  }
}

class Lines implements ProgressDisplay {
  readonly #said = new Map<string, { at: number; stage: string }>();

  update({ label, fraction, stage, words }: ProgressOf): void {
    const now = Date.now();
    const last = this.#said.get(label);
    if (last !== undefined && last.stage === stage && now - last.at < heartbeat) return;
    this.#said.set(label, { at: now, stage });
    this.say(`${label}: ${Math.round(fraction * 100)} %, ${words}`);
  }

  say(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  close(): void {}
}
