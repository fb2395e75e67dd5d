import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findWorkload, namedWorkloads } from '../../../src/experiment/file/find.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'pacelc-')));
  vi.spyOn(process, 'cwd').mockReturnValue(folder);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

test('files of the folder "workloads" here have names too, and go before those that are shipped', () => {
  mkdirSync(join(folder, 'workloads'));
  writeFileSync(join(folder, 'workloads', 'mine.yaml'), 'summary: My own.');
  writeFileSync(join(folder, 'workloads', 'registers.yaml'), 'summary: Other registers.');
  writeFileSync(join(folder, 'workloads', 'torn.yaml'), 'summary: "');

  expect(namedWorkloads().map(({ name, summary }) => `${name}: ${summary}`)).toEqual([
    'mine: My own.',
    'registers: Other registers.',
    'torn: ',
    expect.stringMatching(/^bank-transfers: Money/),
    expect.stringMatching(/^viral-likes: A tweet/),
  ]);
  expect(findWorkload('registers')).toBe(join(folder, 'workloads', 'registers.yaml'));
});

test('a word that names no workload is answered with what there is', () => {
  expect(() => findWorkload('viral-like')).toThrow(
    'no workload "viral-like"; did you mean "viral-likes"? ' +
      '(workloads: bank-transfers, registers, viral-likes, or the path of a YAML file)',
  );
  expect(() => findWorkload('./viral-likes.yaml')).toThrow(/^no workload file \.\/viral-likes\.yaml$/);
});
