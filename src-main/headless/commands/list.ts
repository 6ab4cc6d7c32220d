import { InboxError } from '../../common/errors.ts';
import { misreadIn } from '../../common/search/misread.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import { searchLimit } from '../../common/task-query.ts';
import { taskStates, type TaskState } from '../../common/model.ts';
import type { TaskView } from '../../common/task-view.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { formatTime, oneLine, padded, providerLabel } from '../format.ts';
import { accessLibrary, type LibraryAccess } from '../library-access.ts';
import { terminalTexts } from '../texts/en.ts';

/** For a person to read; a program that sets no limit has all. */
const usualLimit = 50;
/** More than any library holds, and what a call takes. */
const mostAtOnce = 1_000_000;

const mostCounted = 200;

const { list: words } = terminalTexts;

export const runList: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, {
    state: { type: 'string' },
    query: { type: 'string' },
    limit: { type: 'string' },
    json: { type: 'boolean' },
  });
  const state = readState(flags.text('state'));
  const isJson = flags.isSet('json');
  const query = flags.text('query') ?? '';
  if (query.length > searchLimit) {
    throw new InboxError('bad-request', commandTexts.searchTooLong(String(searchLimit), String(query.length)));
  }
  const asked = flags.count('limit');
  const limit = asked ?? (isJson ? mostAtOnce : usualLimit);
  const library = await accessLibrary(flags.dataDir, terminal);
  const found = await library.list({ state, limit: Math.min(limit + 1, mostAtOnce), query });
  const tasks = found.slice(0, limit);
  const isSearch = state !== null || query.trim() !== '';
  if (isJson) terminal.out(JSON.stringify(tasks));
  else if (tasks.length === 0) terminal.err(isSearch ? words.noMatch : words.nothing);
  // A script would act on what it did not name: what is meant is only asked.
  if (tasks.length === 0 && query.trim() !== '') {
    const meant = await nearestTo(library, query, state);
    const misread = misreadIn(query, new Date());
    if (misread !== null) terminal.err(words.notACondition(oneLine(misread.term, 200), misread.like.join(', ')));
    else if (meant !== null) terminal.err(words.didYouMean(oneLine(meant.text, 200), meant.count));
    else if (!isJson) terminal.err(words.leaveOut);
  }
  if (!isJson) for (const task of tasks) terminal.out(describe(task));
  if (asked === null && found.length > limit) terminal.err(terminalTexts.onlyNewest(String(limit)));
  return 0;
};

/** With how many it finds. In one state they are counted one by one, so only up to `mostCounted`. */
async function nearestTo(
  library: LibraryAccess,
  query: string,
  state: TaskState | null,
): Promise<{ readonly text: string; readonly count: string } | null> {
  const nearest = await library.nearest(query);
  if (nearest === null) return null;
  const { text, total } = nearest;
  const n = state === null ? total : (await library.list({ state, limit: mostCounted + 1, query: text })).length;
  if (n === 0) return null;
  return { text, count: state !== null && n > mostCounted ? `${String(mostCounted)}+` : String(n) };
}

function readState(text: string | null): TaskState | null {
  if (text === null) return null;
  const state = taskStates.find((known) => known === text);
  if (state === undefined) {
    throw new InboxError('bad-request', commandTexts.unknownState(taskStates.join(', '), text));
  }
  return state;
}

const said = ({ state, message }: TaskView): string | null => (state === 'succeeded' ? null : message);

function describe(task: TaskView): string {
  const title = task.title ?? task.prompt;
  // What a provider says of a success ("ok", "success") is no title.
  const text = (task.state === 'failed' ? (task.message ?? title) : (title ?? said(task))) ?? '';
  return [
    formatTime(task.receivedAt),
    padded(terminalTexts.states[task.state], 10),
    padded(providerLabel(task.provider), 16),
    oneLine(task.taskId, 40),
    oneLine(text, 60),
  ].join('  ');
}
