/** `video-inbox mcp`: the inbox as tools for agents, over standard input and output. */
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { needLocal } from '../local-client.ts';

export const runMcp: Command = async (args, terminal) => {
  const { dataDir } = readCommandFlags(args, terminal, {});
  // Told now and not at the first use: an agent's log is where a person looks.
  await needLocal(dataDir);
  // A large library that no other command needs.
  const { serveMcp } = await import('../mcp/mcp-server.ts');
  await serveMcp(() => needLocal(dataDir));
  return 0;
};
