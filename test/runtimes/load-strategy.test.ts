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
