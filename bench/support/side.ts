import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs one side of a comparison in a process of its own, where the other side's types cannot spoil the compiled code.
 * The module is TypeScript; it reads its input with `sideInput` and answers with `sideAnswers`.
 */
export function runSide<Input, Answer>(module: URL, input: Input): Promise<Answer> {
  const child = fork(fileURLToPath(module), [JSON.stringify(input)], { execArgv: ['--import', 'tsx'] });
  return new Promise((resolve, reject) => {
    let answer: { readonly answer: Answer } | undefined;
    child.on('message', (message) => {
      answer = message as { readonly answer: Answer };
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (answer !== undefined && code === 0) resolve(answer.answer);
      else reject(new Error(`${fileURLToPath(module)} ${JSON.stringify(input)} ended by ${signal ?? code}`));
    });
  });
}

/** In the process of a side: what it was asked. */
export function sideInput<Input>(): Input {
  return JSON.parse(process.argv[2] ?? 'null') as Input;
}

/** In the process of a side: gives the answer back, and lets the process end. */
export function sideAnswers<Answer>(answer: Answer): void {
  process.send?.({ answer }, () => process.disconnect());
}
