/** Flags and positional arguments of the small commands. */
import { parseArgs } from 'node:util';
import { InboxError } from '../common/errors.ts';
import { commandTexts } from '../common/texts/en-commands.ts';
import type { Sentence } from '../common/texts/sentence.ts';
import { flagSentence, readDataDir } from '../node/config.ts';
import { followMoves } from '../node/library-move/moved-to.ts';
import type { Terminal } from './command.ts';

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: boolean }>>;

export interface CommandFlags {
  readonly dataDir: string;
  readonly positionals: readonly string[];
  text(name: string): string | null;
  /** Of a flag that may be given several times. */
  texts(name: string): readonly string[];
  isSet(name: string): boolean;
  /** Beside the first the others would say nothing. @throws InboxError `bad-request` where one of them is given with it. */
  refuseBoth(name: string, others: readonly string[]): void;
  /** A whole number of at least 1. @throws InboxError `bad-request`. */
  count(name: string): number | null;
  /** Seconds as milliseconds; `2.5` is fine. @throws InboxError `bad-request`. */
  secondsAsMs(name: string): number | null;
}

const mark = '\0';
/** No flag begins with a digit: `-5` is a number, and an id may begin so. */
const marked = (text: string): string => (/^-\d/.test(text) ? `${mark}${text}` : text);
const unmarked = (text: string): string => (text.startsWith(mark) ? text.slice(mark.length) : text);

/** All commands take it, before or behind the words that say what to do; what stands behind `--` is no flag. */
export function withDataDirBehind(args: readonly string[]): readonly string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const [flags, rest] = [args.slice(0, end), args.slice(end)];
  const isOf = (at: number): boolean =>
    flags[at]?.startsWith('--data-dir=') === true || flags[at] === '--data-dir' || flags[at - 1] === '--data-dir';
  return [...flags.filter((_, at) => !isOf(at)), ...flags.filter((_, at) => isOf(at)), ...rest];
}

/**
 * @param positionals their names; where the last one ends in `…` there may be more of it.
 * @throws InboxError `bad-request` for an unknown flag, another number of positional arguments, or an empty one.
 */
export function readCommandFlags(
  args: readonly string[],
  terminal: Terminal,
  options: Options,
  positionals: readonly string[] = [],
): CommandFlags {
  const all = { 'data-dir': { type: 'string' }, ...options } as const;
  let parsed;
  try {
    parsed = parseArgs({ args: args.map(marked), options: all, strict: true, allowPositionals: true });
  } catch (error) {
    throw new InboxError('bad-request', flagSentence(error, Object.keys(all)), { cause: error });
  }
  const words = parsed.positionals.map(unmarked);
  // What `wait "$id"` leaves where nothing was set names nothing: no task would ever come, and as a path it is this folder.
  const empty = words.findIndex((word) => word.trim() === '');
  const missing = empty < 0 ? positionals[words.length] : (positionals[empty] ?? positionals.at(-1));
  if (missing !== undefined) throw new InboxError('bad-request', commandTexts.missing(missing));
  const surplus = words[positionals.length];
  if (surplus !== undefined && positionals.at(-1)?.endsWith('…') !== true)
    throw new InboxError('bad-request', commandTexts.surplus(surplus));
  const values: Readonly<Record<string, unknown>> = parsed.values;
  const text = (name: string): string | null => {
    const value = values[name];
    return typeof value === 'string' ? unmarked(value) : null;
  };
  const numberIn = (name: string, pattern: RegExp, least: number, meaning: Sentence): number | null => {
    const value = text(name);
    if (value === null) return null;
    if (pattern.test(value) && Number(value) >= least) return Number(value);
    throw new InboxError('bad-request', commandTexts.flagMustBe(name, meaning, value));
  };
  return {
    dataDir: followMoves(readDataDir(text('data-dir'), terminal.env, terminal.platform)),
    positionals: words,
    text,
    texts(name) {
      const value = values[name];
      return Array.isArray(value) ? value.filter((one) => typeof one === 'string').map(unmarked) : [];
    },
    isSet: (name) => values[name] === true,
    refuseBoth(name, others) {
      const other = others.find((each) => values[each] !== undefined);
      if (values[name] === undefined || other === undefined) return;
      throw new InboxError('bad-request', commandTexts.notBoth(name, other));
    },
    count: (name) => numberIn(name, /^\d+$/, 1, commandTexts.wholeNumber),
    secondsAsMs(name) {
      const seconds = numberIn(name, /^\d+(\.\d+)?$/, 0, commandTexts.seconds);
      return seconds === null ? null : seconds * 1000;
    },
  };
}
