import { InboxError } from '../../common/errors.ts';
import { heard } from '../../common/texts/sentence.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { needLocal } from '../local-client.ts';
import { terminalTexts } from '../texts/en.ts';

export const runUrl: Command = async (args, terminal) => {
  const { dataDir } = readCommandFlags(args, terminal, {});
  const inbox = await needLocal(dataDir);
  const { url, isPublic } = await inbox.call('callback:url');
  // A copy that has not reached its original yet.
  if (url === '') {
    const { message, text } = (await inbox.call('app:status')).tunnel;
    throw new InboxError('unavailable', heard({ message: message ?? '', ...(text === undefined ? {} : { text }) }));
  }
  if (!isPublic) {
    terminal.err(terminalTexts.note(terminalTexts.url.loopback));
  }
  terminal.out(url);
  return 0;
};
