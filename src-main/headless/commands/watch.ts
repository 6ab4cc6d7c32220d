import { InboxError } from '../../common/errors.ts';
import { likeliest } from '../../common/likeliest.ts';
import { isProviderId } from '../../common/parse-calls.ts';
import { providers } from '../../common/providers/catalog.ts';
import { providerTextsEn } from '../../common/texts/en-providers.ts';
import { sayTold } from '../../common/texts/language.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { needLocal } from '../local-client.ts';
import { terminalTexts } from '../texts/en.ts';

const options = { model: { type: 'string' }, project: { type: 'string' }, json: { type: 'boolean' } } as const;

/** Waits for a task that was made elsewhere. */
export const runWatch: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, options, ['PROVIDER', 'TASK_ID']);
  const [provider = '', taskId = ''] = flags.positionals;
  if (!isProviderId(provider)) {
    const likely = likeliest(
      provider,
      providers.map(({ id }) => id),
    );
    throw new InboxError('bad-request', providerTextsEn.unknownProvider(provider, likely));
  }
  const inbox = await needLocal(flags.dataDir);
  const { key, notice, noticeText } = await inbox.call('watch:add', provider, taskId, {
    model: flags.text('model'),
    project: flags.text('project'),
  });
  terminal.out(flags.isSet('json') ? JSON.stringify({ key, notice }) : key);
  const said = sayTold({ message: notice, ...(noticeText === undefined ? {} : { text: noticeText }) });
  if (said !== null) terminal.err(terminalTexts.note(said));
  return 0;
};

/** Asks the provider about a task now. */
export const runAsk: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, { json: { type: 'boolean' } }, ['TASK_ID']);
  const [id = ''] = flags.positionals;
  const inbox = await needLocal(flags.dataDir);
  const answer = await inbox.call('tasks:ask', id);
  terminal.out(flags.isSet('json') ? JSON.stringify(answer) : sayTold(answer));
  return 0;
};
