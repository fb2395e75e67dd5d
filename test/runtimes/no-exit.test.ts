import { expect, test } from 'vitest';
import { forbidExit } from '../../src/runtimes/no-exit.ts';

test('process.exit throws while anybody forbids it, and is itself again afterwards', () => {
  const exit = process.exit;

  const allowOne = forbidExit();
  const allowOther = forbidExit();
  allowOne();
  allowOne();

  expect(() => process.exit(3)).toThrow('a strategy called process.exit(3): it may not end the process');
  allowOther();
  expect(process.exit).toBe(exit);
});
