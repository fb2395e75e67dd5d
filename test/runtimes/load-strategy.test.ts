import { describe, expect, test } from 'vitest';
import { loadProgram, loadStrategy } from '../../src/runtimes/load-strategy.ts';

const support = (file: string) => new URL(`../support/${file}`, import.meta.url).href;
const inline = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
const load = (module: string) => loadStrategy({ name: 'any', module, knobs: {} });

describe('loading a strategy', () => {
  test('gives the export named strategy', async () => {
    expect((await load(support('local-register.ts'))).name).toBe('local-register');
  });

  test('names all that is wrong with its shape in one error', async () => {
    const module =
      inline(`export const strategy = { name: 'x', summary: 's', family: 'weak', knobs: [], tolerates: [],
      operations: { read: 'native', write: 'native', add: 'never', cas: 'native', transfer: 'refused' }, create() {} }`);

    await expect(load(module)).rejects.toThrow(
      /"family" must be eventual or strong; "guarantees" must be a function; "operations.add" must be native, read-modify-write or refused/,
    );
  });

  test('says so when a module has no such export', async () => {
    await expect(load(inline('export const other = 1'))).rejects.toThrow('no export called "strategy"');
  });

  test('gives up a module whose import never ends', async () => {
    const module = inline('await new Promise(() => {})');

    await expect(loadStrategy({ name: 'any', module, knobs: {} }, 20)).rejects.toThrow(
      'its import did not end within 0.02 s',
    );
  });

  test('refuses a module that wants to end the process, and says where', async () => {
    const exit = process.exit;

    await expect(load(inline('process.exit(0)'))).rejects.toThrow(
      /^cannot load .*: a strategy called process.exit\(0\): it may not end the process$/,
    );
    expect(process.exit).toBe(exit);
  });

  test('names a module that is not there', async () => {
    await expect(load('file:///nowhere/mine.ts')).rejects.toThrow('cannot load file:///nowhere/mine.ts');
  });
});

describe('loading a program', () => {
  test('says so when the module has no such function', async () => {
    const program = { module: support('ask-all.ts'), name: 'askNobody' };

    await expect(loadProgram(program)).rejects.toThrow('no function "askNobody"');
  });
});
