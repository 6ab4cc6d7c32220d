import { InboxError } from '../../common/errors.ts';
import { sayTold } from '../../common/texts/language.ts';
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
    const { tunnel } = await inbox.call('app:status');
    // One that is set up and away needs something else than to be set up; so does one that is to be set up elsewhere.
    const why = tunnel.kind === 'none' && tunnel.elsewhere !== true ? null : sayTold(tunnel);
    terminal.err(terminalTexts.note(why === null ? terminalTexts.url.loopback : terminalTexts.url.loopbackOnly));
    if (why !== null) terminal.err(why);
  }
  terminal.out(url);
  return 0;
};
