import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { needLocal } from '../local-client.ts';

export const runSendTest: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, { provider: { type: 'string' }, fail: { type: 'boolean' } });
  const inbox = await needLocal(flags.dataDir);
  const { taskId } = await inbox.call('callback:sendTest', {
    provider: flags.text('provider'),
    fail: flags.isSet('fail'),
  });
  terminal.out(taskId);
  terminal.err(`Sent and answered. "video-inbox wait ${taskId}" prints the file once it is saved.`);
  return 0;
};
