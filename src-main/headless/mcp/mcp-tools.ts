/** The tools that an agent gets: what each takes, and what it does with the running inbox. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { InboxError } from '../../common/errors.ts';
import { placeOfIssue, wordsOfIssue } from '../../common/issue-words.ts';
import { taskStates } from '../../common/model.ts';
import {
  isLongPrompt,
  longPrompt,
  orderParams,
  promptLimit,
  shortTextLimit,
  sourceLimit,
} from '../../common/parse-calls.ts';
import { searchLimit } from '../../common/task-query.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import { say } from '../../common/texts/language.ts';
import type { TaskView } from '../../common/task-view.ts';
import { stillWaiting } from '../commands/wait.ts';
import { withPlaces } from '../commands/show.ts';
import type { VideoPlaces } from '../library-access.ts';
import type { LocalClient } from '../local-client.ts';
import { keepToBudget } from '../order-budget.ts';
import { outcomeOf } from '../task-outcome.ts';

export type Connect = () => Promise<LocalClient>;

export interface McpTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  /**
   * @param stop nobody waits for it any more.
   * @param again to the inbox, where it is started anew meanwhile.
   * @returns plain data. @throws InboxError with a sentence.
   */
  run(input: unknown, inbox: LocalClient, stop: AbortSignal, again: Connect): Promise<unknown>;
}

/** @param most what the call behind it takes: an agent is to know before, and to be told by the names it knows. */
const text = (description: string, most = shortTextLimit) =>
  v.pipe(v.string(), v.minLength(1), v.maxLength(most), v.description(description));
const limit = v.optional(
  v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200), v.description('Default 20.')),
  20,
);

/** An argument that there is not is refused: with a misspelt `order_id` an order would be paid twice. */
const submitInput = v.strictObject({
  provider: text('kie-aleph, kie-luma, kie-runway, kie-veo, kie-market, fal or replicate'),
  prompt: v.optional(text('What to make.', promptLimit)),
  videos: v.optional(v.array(text('An https address, or the path of a file on this computer.', sourceLimit)), []),
  images: v.optional(v.array(text('An https address, or the path of a file on this computer.', sourceLimit)), []),
  model: v.optional(text('For providers with many models.')),
  params: v.optional(orderParams, {}),
  project: v.optional(text('A label that groups tasks.')),
  budget: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.description(
        'Credits. Nothing is ordered where the last ones of that model cost more, or where nobody here knows what it costs.',
      ),
    ),
  ),
  order_id: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[\w.-]{8,100}$/, 'is no id: 8 to 100 letters, digits, dots and dashes'),
      v.description(
        'Your own id for this order, 8 to 100 letters, digits, dots or dashes. If the answer does not reach you, call again with the same id: it is not ordered twice, you get what came of the first.',
      ),
    ),
  ),
});
const waitInput = v.strictObject({
  task_id: text('A task id or a key.'),
  timeout_seconds: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.maxValue(3600),
      v.description('Default 50: many clients give a call up after a minute. Where time is up, call again.'),
    ),
    50,
  ),
});
const listInput = v.strictObject({
  state: v.optional(v.picklist(taskStates)),
  limit,
});
const searchInput = v.strictObject({
  query: text('Words that must all occur in prompt, id, provider or message.', searchLimit),
  limit,
});
const showInput = v.strictObject({ task_id: text('A task id or a key.') });

const pollMs = 250;
/** A large library opens within it. */
const restartPatienceMs = 20_000;

export function createMcpTools(): readonly McpTool[] {
  const brief = (task: TaskView, places: VideoPlaces[number]): unknown => {
    const { key, provider, taskId, state, message, prompt, receivedAt, trust, model, project } = task;
    const files = task.videos.map((video, index) => ({
      state: video.state,
      ...whereIs(task, places, index),
      error: video.error,
      sizeBytes: video.sizeBytes,
      durationSeconds: video.durationSeconds,
    }));
    return { key, provider, taskId, state, message, prompt, receivedAt, trust, model, project, videos: files };
  };

  async function briefly(inbox: LocalClient, tasks: readonly TaskView[]): Promise<readonly unknown[]> {
    const places = await inbox.call(
      'tasks:places',
      tasks.map(({ key }) => key),
    );
    return tasks.map((task, index) => brief(task, places[index] ?? []));
  }

  async function need(inbox: LocalClient, id: string): Promise<TaskView> {
    const task = await inbox.call('tasks:get', id);
    if (task === null) throw new InboxError('not-found', commandTexts.notKnown(id));
    return task;
  }

  return [
    tool(
      'submit',
      'Orders a video from a provider. It costs money, and is sent at most once.',
      submitInput,
      async (input, inbox) => {
        const { model = null, prompt = null, project = null, order_id: id, budget, ...rest } = input;
        const named = id === undefined ? {} : { id };
        if (budget !== undefined) await keepToBudget(budget, inbox, { ...rest, model, ...named }, 'budget');
        const source = (written: string): string =>
          /^[a-z][a-z\d+.-]+:\/\//i.test(written) ? written : path.resolve(written);
        return inbox.call('submissions:send', {
          ...rest,
          ...named,
          model,
          prompt,
          project,
          videos: input.videos.map(source),
          images: input.images.map(source),
        });
      },
    ),
    tool(
      'wait',
      'Waits until the videos of a task are saved, and tells where they are.',
      waitInput,
      async ({ task_id: id, timeout_seconds: seconds }, first, stop, again) => {
        // Not by the clock of the day, which may be set meanwhile.
        const deadline = performance.now() + seconds * 1000;
        let inbox = first;
        let goneSince: number | null = null;
        for (;;) {
          try {
            const task = await inbox.call('tasks:get', id);
            goneSince = null;
            const outcome = task === null ? null : outcomeOf(task);
            const isOver = performance.now() >= deadline || stop.aborted;
            if (outcome !== null || isOver) {
              const [told = null] = task === null ? [] : await briefly(inbox, [task]);
              if (outcome?.kind === 'saved') return { outcome: 'saved', task: told };
              if (outcome !== null) return { outcome: 'failed', message: outcome.message, task: told };
              return { outcome: 'timeout', message: await stillWaiting(inbox, id, task), task: told };
            }
          } catch (error) {
            if (!(error instanceof InboxError) || error.code !== 'not-running') throw error;
            // An inbox that is being started anew is no reason to give up; it opens with all it had.
            goneSince ??= performance.now();
            if (performance.now() >= Math.min(deadline, goneSince + restartPatienceMs) || stop.aborted) throw error;
            inbox = await again().catch(() => inbox);
          }
          await sleep(Math.min(pollMs, Math.max(1, deadline - performance.now())));
        }
      },
    ),
    tool('list', 'The newest tasks of the library.', listInput, async (input, inbox) =>
      briefly(inbox, await inbox.call('tasks:list', { state: input.state ?? null, limit: input.limit })),
    ),
    tool('show', 'One task, whole.', showInput, async (input, inbox) => {
      const task = await need(inbox, input.task_id);
      const [places = []] = await inbox.call('tasks:places', [task.key]);
      return withPlaces(task, places);
    }),
    tool(
      'search',
      'Tasks whose prompt, id, provider or message has these words.',
      searchInput,
      async (input, inbox) => {
        const { limit: count, query } = input;
        return briefly(inbox, await inbox.call('tasks:list', { state: null, limit: count, query }));
      },
    ),
    tool(
      'status',
      'How the inbox is: tasks, downloads, disk, reachability, what is waited for.',
      v.strictObject({}),
      (_input, inbox) => inbox.call('app:status'),
    ),
  ];
}

/** Absolute, or an address; what only the inbox gets at comes with a sentence that says how to have it. */
function whereIs(task: TaskView, places: VideoPlaces[number], index: number): Readonly<Record<string, string | null>> {
  const place = task.videos[index]?.path === null ? null : (places[index] ?? null);
  const isElsewhere = task.videos[index]?.state === 'saved' && place === null;
  return { path: place, ...(isElsewhere ? { where: say(commandTexts.notHere(task.key, index + 1)) } : {}) };
}

function tool<S extends v.GenericSchema>(
  name: string,
  description: string,
  schema: S,
  run: (input: v.InferOutput<S>, inbox: LocalClient, stop: AbortSignal, again: Connect) => Promise<unknown>,
): McpTool {
  const inputSchema = { ...toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' }) };
  delete inputSchema.$schema;
  return {
    name,
    description,
    inputSchema,
    run(raw, inbox, stop, again) {
      const known = namesOf(inputSchema);
      if (raw !== undefined && (typeof raw !== 'object' || raw === null || Array.isArray(raw)))
        throw new InboxError('bad-request', commandTexts.argumentsUnnamed(known));
      const parsed = v.safeParse(schema, raw ?? {});
      if (parsed.success) return run(parsed.output, inbox, stop, again);
      const [issue] = parsed.issues;
      if (isLongPrompt(issue)) throw longPrompt(issue.input);
      const written = issue.path?.at(-1)?.key;
      if (issue.type === 'strict_object' && issue.expected === 'never')
        throw new InboxError('bad-request', commandTexts.noSuchArgument(String(written), known));
      // A misspelt name is one that there is not as well, and the more telling of the two.
      if (issue.type === 'strict_object' && issue.received === 'undefined') {
        const other = Object.keys(raw ?? {}).find((each) => !known.split(', ').includes(each));
        throw new InboxError(
          'bad-request',
          other === undefined
            ? commandTexts.argumentMissing(String(written), known)
            : commandTexts.noSuchArgument(other, known),
        );
      }
      throw new InboxError(
        'bad-request',
        commandTexts.argumentNotUnderstood(placeOfIssue(issue) ?? commandTexts.arguments, wordsOfIssue(issue)),
      );
    },
  };
}

const namesOf = ({ properties }: Readonly<Record<string, unknown>>): string => Object.keys(properties ?? {}).join(', ');
