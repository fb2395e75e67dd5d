import { describe, expect, it } from 'vitest';
import { readCalls } from '../../support/read-text.ts';

const write = '{:process 0, :type :invoke, :f :write, :value 3}';
const written = '{:process 0, :type :ok, :f :write, :value 3}';

describe('a history in EDN', () => {
  const expected = [
    {
      process: '0',
      function: 'write',
      key: null,
      input: 3,
      output: 3,
      outcome: 'ok',
      invokedAt: 0,
      completedAt: 1,
      line: 1,
    },
  ];

  it.each([
    ['a vector', `[${write}\n${written}]`],
    ['a list', `(${write}\n${written})`],
    ['maps one after another', `${write}\n${written}\n`],
    ['maps on one line', `[${write}${written}]`],
    ['tagged maps in a tagged vector', `#history [#jepsen.history.Op${write} #jepsen.history.Op ${written}]`],
    ['maps among comments', `${write} ; write\n#_ {:process 9}\n${written}\n; the end`],
    ['maps behind a byte order mark', `\ufeff${write}${written}`],
  ])('may be %s', async (_, text) => {
    expect(await readCalls(text)).toEqual(expected);
  });

  it('tells the line of each invocation', async () => {
    const text = `; first\n[\n${write}\n\n{:process 1\n :type :invoke :f :read}\n${written}]`;

    expect((await readCalls(text)).map(({ line }) => line)).toEqual([3, 5]);
  });

  it('leaves out what the nemesis did', async () => {
    const nemesis = '{:process :nemesis, :type :info, :f :start, :value "Cut off [:n1 #{:n2}]"}';

    expect(await readCalls(`[${nemesis} ${write} ${nemesis} ${written}]`)).toHaveLength(1);
  });

  it('takes a call without a completion as unknown', async () => {
    expect(await readCalls(write)).toMatchObject([
      { outcome: 'info', output: undefined, completedAt: Number.POSITIVE_INFINITY },
    ]);
  });

  it('lets a process go on after a completion that is unknown', async () => {
    const unknown = '{:process 0 :type :info :f :write :value 3 :error :timeout}';
    const calls = await readCalls(`${write}${unknown}${write}${written}`);

    expect(calls.map(({ outcome }) => outcome)).toEqual(['info', 'ok']);
  });

  it('has the times of its clock where every line has one', async () => {
    const at = (map: string, time: number) => map.replace('}', `, :time ${time}}`);

    expect(await readCalls(at(write, 500) + at(written, 900))).toMatchObject([
      { invokedAt: 500, completedAt: 900 },
    ]);
    await expect(readCalls(`${at(write, 500)}\n${written}`)).rejects.toThrow(
      'file:2:1: it has no :time although line 1 has one; give every line a time, or none',
    );
  });

  it('names the object by its :key', async () => {
    const put = '{:process 0, :type :invoke, :f :put, :key "7", :value "a"}';

    expect(await readCalls(put)).toMatchObject([{ function: 'put', key: '7', input: 'a' }]);
  });

  it('names the object by the first of a pair, where a read asks for nothing else', async () => {
    const keyed = (f: string, asked: string, told: string) =>
      `{:process 0, :type :invoke, :f :${f}, :value ${asked}}{:process 0, :type :ok, :f :${f}, :value ${told}}`;
    const text = keyed('read', '["x" nil]', '["x" 3]') + keyed('cas', '["x" [3 4]]', '["x" [3 4]]');

    expect(await readCalls(text)).toMatchObject([
      { key: 'x', input: null, output: 3 },
      { key: 'x', input: [3, 4], output: [3, 4] },
    ]);
    await expect(readCalls(`${text}\n${keyed('write', '5', '5')}`)).rejects.toThrow(
      'file:2: the value is no pair [key value] although the read in line 1 asks for [key nil]',
    );
    await expect(readCalls(`${text}\n${keyed('write', '["x" 5]', '["y" 5]')}`)).rejects.toThrow('file:2: ');
  });

  it('is refused with all that is wrong in it', async () => {
    const text = `${written}\n{:process 0}\n${write}\n${write}\n`;

    await expect(readCalls(text)).rejects.toThrow(
      /^file:1:1: :ok of process 0 without its invocation.*\nfile:2:1: :type is missing.*\nfile:4:1: process 0 invokes again.*$/,
    );
  });

  it('is refused with the first of very many mistakes, and how many more there are', async () => {
    const lines = `${written}\n`.repeat(57).trimEnd();

    await expect(readCalls(lines)).rejects.toThrow(/^(?:file:\d+:1: .*\n){20}file: and 37 more mistakes$/);
  });

  it.each([
    ['an ok without its invocation', written, 'file:1:1: :ok of process 0 without its invocation'],
    [
      'an invocation that ended twice',
      `${write}\n${written}\n${written}`,
      'file:3:1: :ok of process 0 without',
    ],
    [
      'two open invocations of one process',
      `${write}\n${write}`,
      'file:2:1: process 0 invokes again while its invocation in line 1 is open',
    ],
    [
      'an answer to another question',
      `${write}\n${written.replace(':write', ':read')}`,
      'file:2:1: process 0 completes read although it invoked write in line 1',
    ],
    [
      'a completion before its invocation',
      `${write.replace('}', ' :time 9}')}\n${written.replace('}', ' :time 3}')}`,
      'file:2:1: the completion at 3 comes before the invocation of process 0 at 9 in line 1',
    ],
    [
      'a process that goes back in time',
      `${write.replace('}', ' :time 3}')}\n${written.replace('}', ' :time 9}')}\n${write.replace('}', ' :time 8}')}`,
      'file:3:1: the invocation at 8 comes before the completion of process 0 at 9 in line 2',
    ],
    ['a second list', `[${write}]\n [${written}]`, 'file:2:2: a second list begins here; a file holds one'],
    ['a field that is there twice', write.replace('}', ' :process 1}'), 'file:1:1: a map has one key twice'],
    ['a time that is no number', write.replace('}', ' :time ##NaN}'), 'file:1:1: the time is NaN; it may be'],
    [
      'a negative time',
      write.replace('}', ' :time -1}'),
      'file:1:1: the time is -1; it may be a number from 0',
    ],
    [
      'a time that a double cannot hold',
      write.replace('}', ' :time 9007199254740993}'),
      'file:1:1: the time is 9007199254740993; it may be',
    ],
    [
      'a type that does not exist',
      write.replace(':invoke', ':begin'),
      'file:1:1: :type is :begin; it may be :invoke',
    ],
    ['no type', '{:process 0 :f :read}', 'file:1:1: :type is missing'],
    ['no process', '{:type :ok :f :read}', 'file:1:1: :process is missing; it may be a number or a name'],
    ['no function', '{:type :ok :process 1}', 'file:1:1: :f is missing; it names a function'],
    ['what is no map', `[${write} 7]`, 'file:1:51: 7 is no operation; one is {:process 0'],
    [
      'a vector that is never closed',
      `\n[${write}`,
      'file:2:1: the list that is opened here is never closed',
    ],
    ['an end too many', `[${write}]]`, 'file:1:51: ] closes nothing'],
    ['nothing but comments', '; nothing', 'file: it holds no operation'],
  ])('is refused with %s', async (_, text, message) => {
    await expect(readCalls(text, 'edn')).rejects.toThrow(message);
  });

  it('is refused as a map of keys where a call names none', async () => {
    await expect(readCalls(write, 'kv')).rejects.toThrow('file:1: the map has no :key');
  });
});

describe('lines of a log', () => {
  const expected = [
    { process: '2', function: 'cas', input: [1, 2], outcome: 'ok', line: 1 },
    { process: '7', function: 'read', input: null, outcome: 'info', line: 3 },
  ];

  it.each([
    [
      'of Jepsen with tabs',
      'INFO  jepsen.util - 2\t:invoke\t:cas\t[1 2]\nINFO  jepsen.util - 2\t:ok\t:cas\t[1 2]\nINFO  jepsen.util - 7\t:invoke\t:read\tnil\nINFO  jepsen.util - 7\t:info\t:read\t:timed-out\n',
    ],
    [
      'of Jepsen with blanks',
      'INFO  jepsen.util - 2   :invoke :cas    [1 2]\nINFO  jepsen.util - 2   :ok     :cas    [1 2]\nINFO  jepsen.util - 7   :invoke :read   nil',
    ],
    [
      'of a newer Jepsen',
      '2020-02-03 10:11:12,345{GMT}\tINFO\t[worker 2] jepsen.util: 2\t:invoke\t:cas\t[1 2]\n2020-02-03 10:11:12,346{GMT}\tINFO\t[worker 2] jepsen.util: 2\t:ok\t:cas\t[1 2]\n2020-02-03 10:11:12,347{GMT}\tINFO\t[worker 7] jepsen.util: 7\t:invoke\t:read\tnil\t[:error "x"]',
    ],
    ['of history.txt', '2\t:invoke\t:cas\t[1 2]\n2\t:ok\t:cas\t[1 2]\r\n7\t:invoke\t:read\tnil\r\n\r\n'],
  ])('%s are read', async (_, text) => {
    expect(await readCalls(text)).toMatchObject(expected);
  });

  it('of other loggers and of the nemesis are read over', async () => {
    const text =
      'INFO  jepsen.core - Running test\nINFO  jepsen.util - :nemesis\t:info\t:start\t"Cut off {}"\nINFO  jepsen.util - 0\t:invoke\t:read\tnil\n';

    expect(await readCalls(text)).toMatchObject([{ process: '0', line: 3 }]);
  });

  it.each([
    [
      'something else',
      '0 :invoke :read nil\nhello world',
      'file:2:1: "hello world" tells no operation; one is: process',
    ],
    [
      'half an operation',
      'INFO  jepsen.util - 0\t:invoke',
      'file:1:21: "INFO  jepsen.util - 0·:invoke" tells no',
    ],
    [
      'two values',
      '0 :invoke :cas 1 2',
      'file:1:18: behind the value stands another one; write several as one',
    ],
    [
      'an operation that another logger tells',
      '0 :invoke :read nil\nINFO  jepsen.utl - 0\t:ok\t:read\t1',
      'file:2:1: "INFO  jepsen.utl - 0·:ok·:read·1" tells no operation',
    ],
    ['a broken value', '0 :invoke :cas [1 2', 'file:1:16: what is opened here is never closed'],
    ['an ok without its invocation', '0 :ok :read 1', 'file:1:1: :ok of process 0 without its invocation'],
    ['no operation', 'INFO  jepsen.core - hello', 'file: it holds no operation'],
  ])('with %s are refused', async (_, text, message) => {
    await expect(readCalls(text)).rejects.toThrow(message);
  });
});
