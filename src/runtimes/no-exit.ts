let forbidders = 0;
let exit = process.exit;

/**
 * Makes `process.exit` throw until the returned function is called: a strategy that wants to end the process is a
 * strategy that breaks, with the stack of the call, and takes nobody with it.
 */
export function forbidExit(): () => void {
  if (forbidders === 0) {
    exit = process.exit;
    process.exit = refuse;
  }
  forbidders += 1;
  let forbids = true;
  return () => {
    if (!forbids) return;
    forbids = false;
    forbidders -= 1;
    if (forbidders === 0) process.exit = exit;
  };
}

/** What nobody catches ends a worker thread by a call of `process.exit` in Node itself, which must go through. */
export function allowExitAfterUncaught(): void {
  process.once('uncaughtExceptionMonitor', () => {
    process.exit = exit;
  });
}

function refuse(code?: unknown): never {
  throw new Error(
    `a strategy called process.exit(${code === undefined ? '' : String(code)}): it may not end the process`,
  );
}
