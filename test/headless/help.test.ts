/** The help of the command line: the same commands and flags in every language, on lines that a terminal shows whole. */
import { afterAll, describe, expect, it } from 'vitest';
import { commandNames, type CommandName } from '../../src-main/common/command-names.ts';
import { languages, speak } from '../../src-main/common/texts/language.ts';
import type { CommandContext, Terminal } from '../../src-main/headless/command.ts';
import { commands } from '../../src-main/headless/command-line.ts';
import { helpText, wrapped } from '../../src-main/headless/help.ts';
import { speakInTerminal } from '../../src-main/headless/terminal-language.ts';

afterAll(() => speak(null));

describe.each(languages)('$code', ({ code }) => {
  it('tells of every command, types all as English does, and fits', async () => {
    speak(null);
    const typed = (text: string): readonly string[] =>
      text
        .split('\n')
        .filter((line) => /^ {2}(video-inbox|--|[A-Z_]{10})/.test(line))
        .map((line) => line.trim().split(/ {2,}/)[0] ?? '');
    const english = typed(helpText('1.2.3'));
    await speakInTerminal(code);
    const text = helpText('1.2.3');
    expect(typed(text)).toEqual(english);
    for (const name of commandNames) expect(text).toMatch(new RegExp(`^ {2}video-inbox ${name}( |$)`, 'm'));
    expect(text).toContain('1.2.3');
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
  });
});

it('tells of one command where one is asked about, and of the flags of serve with it', () => {
  speak(null);
  const commandsIn = (text: string) => text.split('\n').filter((line) => line.startsWith('  video-inbox '));
  for (const name of commandNames) {
    const lines = commandsIn(helpText('1.2.3', name));
    expect(lines).toEqual(commandsIn(helpText('1.2.3')).filter((line) => line.split(/ +/)[2] === name));
    expect(lines).not.toEqual([]);
    expect(helpText('1.2.3', name).includes('--callback-port N')).toBe(name === 'serve');
  }
  // What goes on below a command stands below what it takes.
  const [first = '', second = ''] = helpText('1.2.3', 'submit').split('\n').slice(2);
  expect(second.indexOf('[--param')).toBe(first.indexOf('PROVIDER'));
});

it.each([
  'requests show',
  'secret set',
  'secret list',
  'settings set',
  'api-key new',
  'store move',
  'tunnel set-token',
  ...commandNames.filter((name) => name !== 'serve'),
])('names every flag of %s', async (typed) => {
  const [name, ...words] = typed.split(' ') as [CommandName, ...string[]];
  speak(null);
  const terminal = { env: {}, platform: 'linux' } as Terminal;
  const run = await commands[name]();
  const refused = await Promise.resolve(run([...words, '--no-such-flag'], terminal, {} as CommandContext)).catch(
    String,
  );
  const [, known = ''] = /Known flags: (.*)\./.exec(String(refused)) ?? [];
  // Where only a word behind it takes flags.
  if (known === '') expect(['api-key', 'secret', 'store', 'tunnel']).toContain(name);
  const flags = known.split(', ').filter((flag) => flag !== '' && flag !== '--data-dir');
  expect(flags.filter((flag) => !helpText('1.2.3', name).includes(flag))).toEqual([]);
});

describe('lines', () => {
  it('break between words, and in Chinese and Japanese within the width that the signs take', () => {
    expect(wrapped('one two three', 8)).toEqual(['one two', 'three']);
    const lines = wrapped('回调地址收到了什么，以及如何答复（退出码 2：失败）', 20);
    expect(lines.join('').replaceAll(' ', '')).toBe('回调地址收到了什么，以及如何答复（退出码2：失败）');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(12);
      expect(line).not.toMatch(/^[，）：]/);
    }
  });
});
