import { InboxError } from '../../common/errors.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import type { ApiKeyScope } from '../../common/api-keys.ts';
import type { DataDir } from '../../node/data-dir.ts';
import { silentLog } from '../../node/log/log.ts';
import { openApiKeys, type ApiKeys } from '../../node/settings/api-keys.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { connectLocal } from '../local-client.ts';
import { inFolder, inKnownFolder, lookInFolder } from '../offline-folder.ts';
import { terminalTexts } from '../texts/en.ts';

const options = {
  new: { scope: { type: 'string' }, label: { type: 'string' }, json: { type: 'boolean' } },
  list: { json: { type: 'boolean' } },
  revoke: {},
} as const;

/** `api-key new|list|revoke ID`. A new key is printed once, alone on standard output. */
export const runApiKey: Command = async (args, terminal) => {
  const [word = '', ...rest] = args;
  const what = word.startsWith('-') ? '' : word;
  if (what !== 'new' && what !== 'list' && what !== 'revoke') {
    throw new InboxError('bad-request', commandTexts.unknownApiKeyCommand(what));
  }
  const flags = readCommandFlags(rest, terminal, options[what], what === 'revoke' ? ['ID'] : []);
  const scope = scopeOf(flags.text('scope'));
  const offline = (work: (dir: DataDir) => Promise<number>): Promise<number> =>
    what === 'new'
      ? inFolder(flags.dataDir, work)
      : what === 'list'
        ? lookInFolder(flags.dataDir, terminal, work)
        : inKnownFolder(flags.dataDir, work);
  return withKeys(flags.dataDir, offline, async (keys) => {
    if (what === 'new') {
      const { id, key } = await keys.create(scope, flags.text('label') ?? '');
      terminal.out(flags.isSet('json') ? JSON.stringify({ id, scope, key }) : key);
      terminal.err(terminalTexts.apiKey.made(id));
    } else if (what === 'list') {
      const list = await keys.list();
      if (flags.isSet('json')) terminal.out(JSON.stringify(list));
      else
        for (const { id, scope: may, createdAt, label } of list) terminal.out([id, may, createdAt, label].join('  '));
      if (list.length === 0 && !flags.isSet('json')) terminal.err(terminalTexts.apiKey.nothing);
    } else {
      const [id = ''] = flags.positionals;
      await keys.revoke(id);
      terminal.err(terminalTexts.apiKey.revoked(id));
    }
    return 0;
  });
};

function scopeOf(text: string | null): ApiKeyScope {
  if (text === null || text === 'local' || text === 'twin') return text ?? 'local';
  throw new InboxError('bad-request', commandTexts.unknownScope(text));
}

interface Keys {
  list(): ReturnType<ApiKeys['list']> | Promise<ReturnType<ApiKeys['list']>>;
  create(scope: ApiKeyScope, label: string): ReturnType<ApiKeys['create']>;
  revoke(id: string): Promise<unknown>;
}

/** The running inbox's, which accepts or refuses at once; else those in the folder. */
async function withKeys(
  dataDir: string,
  offline: (work: (dir: DataDir) => Promise<number>) => Promise<number>,
  use: (keys: Keys) => Promise<number>,
): Promise<number> {
  const running = await connectLocal(dataDir);
  if (running !== null) {
    return use({
      list: () => running.call('apiKeys:list'),
      create: (scope, label) => running.call('apiKeys:new', { scope, label }),
      revoke: (id) => running.call('apiKeys:revoke', id),
    });
  }
  return offline(async (dir) => use(await openApiKeys(dir.apiKeysFile, () => new Date(), silentLog)));
}
