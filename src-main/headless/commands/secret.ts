/** `secret set|list|remove NAME`: keys and signing secrets; the value comes from standard input and is never shown. */
import { InboxError } from '../../common/errors.ts';
import { secretTexts } from '../../common/texts/en-secrets.ts';
import { say } from '../../common/texts/language.ts';
import { environmentSecrets } from '../../node/config.ts';
import { needKey, secretNameOf, secretNames } from '../../node/settings/secret-names.ts';
import type { Command, Terminal } from '../command.ts';
import { readCommandFlags, type CommandFlags } from '../command-flags.ts';
import { connectLocal } from '../local-client.ts';
import { inFolder, inKnownFolder, lookInFolder } from '../offline-folder.ts';
import { readSecret } from '../read-secret.ts';
import { storedSecrets } from '../stored-secrets.ts';

export const runSecret: Command = async ([verb, ...args], terminal) => {
  switch (verb) {
    case 'list':
      return list(readCommandFlags(args, terminal, { json: { type: 'boolean' } }), terminal);
    case 'set':
    case 'remove': {
      const flags = readCommandFlags(args, terminal, {}, ['NAME']);
      return verb === 'set' ? set(flags, terminal) : remove(flags, terminal);
    }
    default:
      throw new InboxError('bad-request', secretTexts.usage);
  }
};

async function set(flags: CommandFlags, terminal: Terminal): Promise<number> {
  const name = nameIn(flags);
  const value = await readSecret(terminal, say(secretTexts.ask(name)));
  if (value === '') throw new InboxError('bad-request', secretTexts.nothingGiven(name));
  needKey(name, value);
  const running = await connectLocal(flags.dataDir);
  if (running === null) {
    await inFolder(flags.dataDir, async (dir) => (await storedSecrets(dir, terminal)).set(name, value));
    terminal.err(say(secretTexts.storedForLater(name)));
  } else {
    const { warning } = await running.call('secrets:set', name, value);
    if (warning !== null) terminal.err(warning);
    terminal.err(say(secretTexts.stored(name)));
  }
  noteEnvironment(name, terminal);
  return 0;
}

async function remove(flags: CommandFlags, terminal: Terminal): Promise<number> {
  const name = nameIn(flags);
  const running = await connectLocal(flags.dataDir);
  let wasSet: boolean;
  if (running === null) {
    wasSet = await inKnownFolder(flags.dataDir, async (dir) => {
      const secrets = await storedSecrets(dir, terminal);
      if (secrets.get(name) === null) return false;
      await secrets.set(name, null);
      return true;
    });
  } else {
    const { secrets } = await running.call('settings:get');
    wasSet = secrets.some((each) => each.name === name && each.isSet);
    if (wasSet) await running.call('secrets:set', name, null);
  }
  terminal.err(say(wasSet ? secretTexts.removed(name) : secretTexts.notSet(name)));
  noteEnvironment(name, terminal);
  return 0;
}

async function list(flags: CommandFlags, terminal: Terminal): Promise<number> {
  const running = await connectLocal(flags.dataDir);
  const views =
    running === null ? await offlineViews(flags.dataDir, terminal) : (await running.call('settings:get')).secrets;
  if (flags.isSet('json')) {
    terminal.out(JSON.stringify(views));
    return 0;
  }
  const width = Math.max(...views.map(({ name }) => name.length));
  const { places, onlyTheFile } = secretTexts;
  for (const { name, isSet, fromEnvironment } of views) {
    terminal.out(
      `${name.padEnd(width)}  ${say(fromEnvironment ? places.environment : isSet ? places.stored : places.none)}`,
    );
  }
  if (running === null) terminal.err(say(onlyTheFile));
  return 0;
}

async function offlineViews(dataDir: string, terminal: Terminal) {
  const environment = environmentSecrets(terminal.env);
  const secrets = await lookInFolder(dataDir, terminal, (dir) => storedSecrets(dir, terminal));
  const stored = secretNames.filter((name) => secrets.get(name) !== null);
  return secretNames.map((name) => {
    const fromEnvironment = environment[name] !== undefined;
    return { name, isSet: fromEnvironment || stored.includes(name), fromEnvironment };
  });
}

function noteEnvironment(name: string, { env, err }: Terminal): void {
  if (environmentSecrets(env)[name] === undefined) return;
  const variable = env[name] === undefined ? `VIDEO_INBOX_SECRET_${name}` : name;
  err(say(secretTexts.environmentWins(name, variable)));
}

function nameIn({ positionals: [word = ''] }: CommandFlags): string {
  const name = secretNameOf(word);
  if (name === null) throw new InboxError('bad-request', secretTexts.unknown(word, secretNames.join(', ')));
  return name;
}
