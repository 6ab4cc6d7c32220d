/** How the words of a command are told from its flags. */
import { expect, it } from 'vitest';
import type { CommandContext, Terminal } from '../../src-main/headless/command.ts';
import { readCommandFlags, withDataDirBehind } from '../../src-main/headless/command-flags.ts';
import { runApiKey } from '../../src-main/headless/commands/api-key.ts';

const terminal = { env: {}, platform: 'linux' } as Terminal;
const read = (args: readonly string[]) =>
  readCommandFlags(args, terminal, { limit: { type: 'string' }, add: { type: 'string', multiple: true } }, ['NAME…']);

it('takes a number below nothing, and an id that begins like one, for what they are', () => {
  const flags = read(['callbacks.tasksPerDay', '-5', '--add', '-1a', '--data-dir', '-2']);
  expect(flags.positionals).toEqual(['callbacks.tasksPerDay', '-5']);
  expect(flags.texts('add')).toEqual(['-1a']);
  expect(flags.dataDir).toMatch(/-2$/);
  expect(() => read(['a', '--limit', '-1']).count('limit')).toThrow(
    '--limit must be a whole number of at least 1, not "-1".',
  );
  expect(() => read(['a', '-x'])).toThrow('There is no flag -x.');
});

it('of two flags of which one would say nothing, neither is left aside in silence', () => {
  const flags = read(['a', '--limit', '1', '--add', 'b']);
  expect(() => flags.refuseBoth('limit', ['other', 'add'])).toThrow(
    '--limit and --add do not go together. Leave one of them out.',
  );
  expect(() => flags.refuseBoth('limit', ['other'])).not.toThrow();
  expect(() => flags.refuseBoth('other', ['add'])).not.toThrow();
});

it.each([
  [
    ['--data-dir', 'D', 'api-key', 'list', '--json'],
    ['api-key', 'list', '--json', '--data-dir', 'D'],
  ],
  [
    ['settings', '--data-dir=D', 'set', 'a', '5'],
    ['settings', 'set', 'a', '5', '--data-dir=D'],
  ],
  [
    ['status', '--data-dir'],
    ['status', '--data-dir'],
  ],
  [
    ['show', '--data-dir', 'D', '--', '-abc', '--data-dir'],
    ['show', '--data-dir', 'D', '--', '-abc', '--data-dir'],
  ],
])('the folder may stand anywhere: %j', (typed, args) => {
  expect(withDataDirBehind(typed)).toEqual(args);
});

it.each(['list', 'revoke'])('a key that is not made takes no label (%s)', async (verb) => {
  const typed = [verb, ...(verb === 'revoke' ? ['00000000'] : []), '--label', 'x', '--data-dir', '/no/such/folder'];
  await expect(runApiKey(typed, terminal, {} as CommandContext)).rejects.toThrow('There is no flag --label.');
});

it('an empty word, as an unset variable leaves it, names nothing', () => {
  expect(() => read([''])).toThrow('NAME… is missing.');
  expect(() => read(['a', ' ', 'b'])).toThrow('NAME… is missing.');
  expect(() => readCommandFlags(['a', ''], terminal, {}, ['ONE', 'TWO'])).toThrow('TWO is missing.');
  expect(() => readCommandFlags([''], terminal, {})).toThrow('"" is one argument too many.');
});
