import { InboxError } from '../../common/errors.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import type { TaskState } from '../../common/model.ts';
import type { TaskView } from '../../common/task-view.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { formatTime, oneLine, padded, providerLabel } from '../format.ts';
import { accessLibrary } from '../library-access.ts';
import { terminalTexts } from '../texts/en.ts';

const states: readonly TaskState[] = ['processing', 'succeeded', 'failed', 'unknown'];
const usualLimit = 50;
/** More than any library holds, and what a call takes. */
const mostAtOnce = 1_000_000;

const { list: words } = terminalTexts;

export const runList: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, {
    state: { type: 'string' },
    query: { type: 'string' },
    limit: { type: 'string' },
    json: { type: 'boolean' },
  });
  const state = readState(flags.text('state'));
  const limit = Math.min(flags.count('limit') ?? usualLimit, mostAtOnce);
  const library = await accessLibrary(flags.dataDir, terminal.env);
  const query = flags.text('query') ?? '';
  const tasks = await library.list({ state, limit, query });
  const isSearch = state !== null || query.trim() !== '';
  if (flags.isSet('json')) terminal.out(JSON.stringify(tasks));
  else if (tasks.length === 0) terminal.err(isSearch ? words.noMatch : words.nothing);
  else for (const task of tasks) terminal.out(describe(task));
  return 0;
};

function readState(text: string | null): TaskState | null {
  if (text === null) return null;
  const state = states.find((known) => known === text);
  if (state === undefined) {
    throw new InboxError('bad-request', commandTexts.unknownState(states.join(', '), text));
  }
  return state;
}

function describe(task: TaskView): string {
  const text = (task.state === 'failed' ? (task.message ?? task.prompt) : (task.prompt ?? task.message)) ?? '';
  return [
    formatTime(task.receivedAt),
    padded(terminalTexts.states[task.state], 10),
    padded(providerLabel(task.provider), 16),
    oneLine(task.taskId, 40),
    oneLine(text, 60),
  ].join('  ');
}
