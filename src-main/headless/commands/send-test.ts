import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { needLocal } from '../local-client.ts';

export const runSendTest: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, { provider: { type: 'string' }, fail: { type: 'boolean' } });
  const fail = flags.isSet('fail');
  const inbox = await needLocal(flags.dataDir);
  const { taskId } = await inbox.call('callback:sendTest', {
    provider: flags.text('provider'),
    fail,
  });
  terminal.out(taskId);
  const outcome = fail ? 'prints why it failed' : 'prints the file once it is saved';
  terminal.err(`Sent and answered. "video-inbox wait ${taskId}" ${outcome}.`);
  return 0;
};
