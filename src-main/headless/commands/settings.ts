/** `settings list`, `settings set NAME VALUE`: the limits and the proxy, with and without a running inbox. */
import { InboxError } from '../../common/errors.ts';
import { limitPatch, limitValue, readLimit } from '../../common/limits.ts';
import { limits, type SettingsPatch } from '../../common/settings.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import { enLimits } from '../../common/texts/en-limits.ts';
import { say } from '../../common/texts/language.ts';
import { asTold } from '../../common/texts/sentence.ts';
import type { DataDir } from '../../node/data-dir.ts';
import { silentLog } from '../../node/log/log.ts';
import { proxyToKeep } from '../../node/outgoing/proxy-choice.ts';
import { openSettings, type SettingsStore } from '../../node/settings/settings.ts';
import type { Command, Terminal } from '../command.ts';
import { readCommandFlags, type CommandFlags } from '../command-flags.ts';
import { padded } from '../format.ts';
import { connectLocal } from '../local-client.ts';
import { inFolder, lookInFolder } from '../offline-folder.ts';
import { terminalTexts } from '../texts/en.ts';

/** Values with a meaning of their own: the same in every language. */
const usual = 'usual';
const none = 'none';
const words = terminalTexts.settings;

const proxyName = 'downloads.proxy';
const names: readonly string[] = [...limits.map(({ name }) => name), proxyName];

export const runSettings: Command = async ([verb = 'list', ...args], terminal) => {
  if (verb === 'set') return set(readCommandFlags(args, terminal, {}, ['NAME', 'VALUE']), terminal);
  if (verb === 'list' || verb.startsWith('--')) {
    const rest = verb === 'list' ? args : [verb, ...args];
    return list(readCommandFlags(rest, terminal, { json: { type: 'boolean' } }), terminal);
  }
  throw new InboxError('bad-request', commandTexts.settingsUsage);
};

async function list(flags: CommandFlags, terminal: Terminal): Promise<number> {
  const running = await connectLocal(flags.dataDir);
  const values =
    running === null
      ? await lookInFolder(flags.dataDir, terminal, async (dir) => (await storedSettings(dir, terminal)).get())
      : (await running.call('settings:get')).values;
  if (flags.isSet('json')) {
    const found = limits.map((limit) => [limit.name, limitValue(values, limit)] as const);
    terminal.out(JSON.stringify({ ...Object.fromEntries(found), [proxyName]: values.downloads.proxy }));
    return 0;
  }
  const width = Math.max(...names.map(({ length }) => length));
  for (const limit of limits) {
    const value = limitValue(values, limit);
    const told = value === null ? enLimits.empty : `${String(value)} ${enLimits.units[limit.unit]}`;
    const mark =
      value === limit.usual ? '' : ` (${words.notUsual(limit.usual === null ? enLimits.empty : String(limit.usual))})`;
    terminal.out(`${limit.name.padEnd(width)}  ${padded(told, 14)}  ${enLimits.names[limit.name]}${mark}`);
    // Only its hint says what holds then.
    if (value === null) terminal.out(`${' '.repeat(width)}  ${padded('', 14)}  ${enLimits.hints[limit.name]}`);
  }
  const { proxy } = values.downloads;
  const told = proxy === null ? words.fromEnvironment : proxy === '' ? none : proxy;
  terminal.out(`${proxyName.padEnd(width)}  ${padded(told, 14)}  ${words.proxy}`);
  return 0;
}

async function set(flags: CommandFlags, terminal: Terminal): Promise<number> {
  const [word = '', text = ''] = flags.positionals;
  const name = nameOf(word);
  const isUsual = [usual, 'default'].includes(text.trim().toLowerCase());
  const patch = patchFor(name, isUsual ? '' : text);
  const running = await connectLocal(flags.dataDir);
  if (running !== null) await running.call('settings:update', patch);
  else await inFolder(flags.dataDir, async (dir) => (await storedSettings(dir, terminal)).update(patch));
  const told = isUsual ? words.backToUsual : running === null ? words.storedForLater : words.stored;
  terminal.err(told(name));
  return 0;
}

/** A file that could not be read is told of: what is listed then is not what the person had set. */
async function storedSettings(dir: DataDir, { err }: Terminal): Promise<SettingsStore> {
  const store = await openSettings(dir.settingsFile, silentLog);
  if (store.problem !== null) err(terminalTexts.note(say(store.problem)));
  return store;
}

function patchFor(name: string, text: string): SettingsPatch {
  const limit = limits.find((each) => each.name === name);
  if (limit === undefined) {
    const proxy = text.trim();
    const kept = proxy === '' ? null : proxyToKeep(proxy.toLowerCase() === none ? '' : proxy);
    return { downloads: { proxy: kept } };
  }
  const read = readLimit(limit, text, String);
  if ('problem' in read) throw new InboxError('bad-request', asTold(read.problem));
  return limitPatch(limit, read.value);
}

/** The whole name, or its end where that is one of them only. */
function nameOf(word: string): string {
  const found = names.filter((name) => name.toLowerCase() === word.toLowerCase());
  const meant =
    found.length > 0 ? found : names.filter((name) => name.toLowerCase().endsWith(`.${word.toLowerCase()}`));
  const [name] = meant;
  if (name === undefined || meant.length > 1)
    throw new InboxError('bad-request', commandTexts.unknownSetting(word, names.join(', ')));
  return name;
}
