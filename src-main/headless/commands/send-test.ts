import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { needLocal } from '../local-client.ts';
import { terminalTexts } from '../texts/en.ts';

export const runSendTest: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, { provider: { type: 'string' }, fail: { type: 'boolean' } });
  const fail = flags.isSet('fail');
  const inbox = await needLocal(flags.dataDir);
  const { key, taskId } = await inbox.call('callback:sendTest', {
    provider: flags.text('provider'),
    fail,
  });
  terminal.out(taskId);
  const task = await inbox.call('tasks:get', key);
  terminal.err(terminalTexts.sendTest[fail ? 'failure' : task?.videos.length === 0 ? 'noLink' : 'film'](taskId));
  return 0;
};
