/** What the calls of the closed loop do. */
import type { Handlers } from '../../../common/contract.ts';
import { InboxError } from '../../../common/errors.ts';
import { likeliest } from '../../../common/likeliest.ts';
import { libraryTexts } from '../../../common/texts/en-library.ts';
import type { BatchReport, LoopCalls, SubmissionView, SubmittedView, WatchView } from '../../../common/loop-calls.ts';
import type { Task } from '../../../common/model.ts';
import { providerInfo, providerName, providers } from '../../../common/providers/catalog.ts';
import type { Order } from '../../../common/submit-form.ts';
import { providerTextsEn } from '../../../common/texts/en-providers.ts';
import { told, toldOrNot } from '../../../common/texts/sentence.ts';
import { without } from '../../../common/without.ts';
import type { Library } from '../../projections/library.ts';
import { providerApis } from '../../provider-api/api-table.ts';
import { kieAccount } from '../../provider-api/kie-apis.ts';
import { ApiFault, keyNameOf } from '../../provider-api/provider-api.ts';
import type { ProviderClient } from '../../provider-api/provider-client.ts';
import type { DigestKeeper } from '../../reactors/digest.ts';
import type { Hooks } from '../../reactors/hooks.ts';
import { questionOf } from '../../reactors/watch-list.ts';
import { sendBatch } from '../../submissions/batch.ts';
import { madeBefore } from '../../submissions/made-before.ts';
import type { Submission } from '../../submissions/submission-book.ts';
import { inDoubt, type Submitted } from '../../submissions/submissions.ts';
import type { ClosedLoop } from '../closed-loop.ts';

export interface LoopHandlerPorts {
  readonly loop: ClosedLoop;
  readonly library: Pick<Library, 'get' | 'record' | 'newestFirst'>;
  readonly hooks: Pick<Hooks, 'test' | 'forgetLost'>;
  /** Gets what was not foreseen, where the call is answered all the same. */
  readonly onBug: (error: unknown) => void;
  readonly digest: Pick<DigestKeeper, 'get' | 'dismiss'>;
  readonly find: (keyOrTaskId: string) => Task | undefined;
  /** Gives a project as it is written already. */
  readonly projectAs: (name: string | null) => string | null;
}

export type LoopHandlers = Pick<Handlers, keyof LoopCalls>;

export function createLoopHandlers({
  loop,
  library,
  hooks,
  digest,
  find,
  projectAs,
  onBug,
}: LoopHandlerPorts): LoopHandlers {
  const { client, asking, submissions, book } = loop;

  function need(key: string): Task {
    const task = library.get(key);
    if (task === undefined) throw new InboxError('not-found', libraryTexts.notInLibrary);
    return task;
  }

  /** Those of a batch are of one project as a rule, which is looked for once among all that are in use. */
  function inProjects(orders: readonly Order[]): readonly Order[] {
    const names = new Map([...new Set(orders.map(({ project }) => project))].map((name) => [name, projectAs(name)]));
    return orders.map((order) => ({ ...order, project: names.get(order.project) ?? null }));
  }

  async function balance(provider: string): Promise<number | null> {
    if (client.api(provider)?.account !== kieAccount || !client.hasKey(provider)) return null;
    return loop.kie.balance().catch((error: unknown) => {
      if (error instanceof ApiFault) return null;
      throw error;
    });
  }

  async function sendMany(orders: readonly Order[], budget: number | null): Promise<BatchReport> {
    const { batch, results, creditsBefore, creditsAfter } = await sendBatch(
      {
        submissions,
        balance: (provider) =>
          balance(provider).catch((error: unknown) => {
            onBug(error);
            return null;
          }),
        onBug,
        accountOf: (provider) => client.api(provider)?.account ?? provider,
        usualCost: (provider, model) => loop.costs.of(provider, model),
      },
      orders,
      budget,
    );
    const count = (outcome: string): number => results.filter((result) => result.outcome === outcome).length;
    return {
      batch,
      results: results.map((result) => (result.outcome === 'not-sent' ? result : viewOf(result))),
      made: count('made'),
      refused: count('refused'),
      unknown: count('unknown'),
      notSent: count('not-sent'),
      creditsBefore,
      creditsAfter,
    };
  }

  return {
    'digest:get': () => digest.get(),
    'digest:dismiss': () => {
      digest.dismiss();
      return null;
    },
    'hooks:test': async () => {
      const { ok, code, status } = await hooks.test();
      return { ok, ...told(providerTextsEn.hookTest(code, status)) };
    },
    'hooks:forgetLost': () => {
      hooks.forgetLost();
      return null;
    },
    'watch:add': async (provider, taskId, { model, project: named }) => {
      const id = taskId.trim();
      if (id === '') throw new InboxError('bad-request', libraryTexts.taskIdNeeded);
      // A name that no callback is ever read under would be waited for in vain.
      if (providerInfo(provider) === null && client.api(provider) === null) {
        throw new InboxError(
          'bad-request',
          providerTextsEn.unknownProvider(provider, likeliest(provider, providerIds)),
        );
      }
      const api = client.api(provider);
      const project = projectAs(named);
      await library.record({ type: 'watched', provider, taskId: id, model, project });
      const key = find(`${provider}:${id}`)?.key ?? find(id)?.key ?? `${provider}:${id}`;
      const question = questionOf(find(key) ?? { provider, taskId: id, model });
      const notice =
        api === null
          ? providerTextsEn.cannotAsk(provider)
          : !client.hasKey(provider)
            ? providerTextsEn.noKey(provider, keyNameOf(api.account))
            : client.knowsWhere(question)
              ? null
              : providerTextsEn.fault('no-address', null);
      const { message, text } = toldOrNot(notice);
      return { key, notice: message, ...(text === undefined ? {} : { noticeText: text }) };
    },
    'watch:remove': async (key) => {
      await library.record({ type: 'unwatched', key: need(key).key, code: 'person' });
      return null;
    },
    'watch:list': () => asking.list().map((wait) => watchView(wait, loop, library.get(wait.task.key))),
    'tasks:ask': async (keyOrTaskId) => {
      const task = find(keyOrTaskId);
      if (task === undefined) {
        throw new InboxError('not-found', libraryTexts.notWatched(keyOrTaskId));
      }
      try {
        const { code, said } = await asking.now(task);
        const now = library.get(task.key) ?? task;
        const isAnswer = code === 'answered' || code === 'pending';
        if (!isAnswer) throw new ApiFault(code, { said });
        return {
          key: task.key,
          code,
          state: now.state,
          ...told(providerTextsEn.asked(task.provider, now.state, now.message)),
          nextAt: asking.nextAskAt(task.key),
        };
      } catch (error) {
        throw asInboxError(error, task.provider);
      }
    },
    'tasks:upgrade': async (key, n, quality) => {
      const task = need(key);
      const video = task.videos[n - 1];
      if (video === undefined || task.state !== 'succeeded') {
        throw new InboxError('bad-request', providerTextsEn.nothingToUpgrade);
      }
      // Larger versions stand behind the provider's own list.
      await loop.upgrades.want(task, (video.number ?? n) - 1, quality).catch(rethrow(task.provider));
      return null;
    },
    'providers:list': () =>
      providerApis.map(({ provider, account, create }) => ({
        provider,
        name: providerName(provider),
        keyName: keyNameOf(account),
        hasKey: client.hasKey(provider),
        canSubmit: create !== undefined,
        needsModel: create?.needsModel === true,
      })),
    'providers:balance': async (provider) => ({ credits: await balance(provider) }),
    'submissions:outlook': async (provider, model) => {
      const api = client.api(provider);
      const isListed = api?.account === kieAccount && model !== null && client.hasKey(provider);
      // Nobody has to wait for what is only good to know.
      const successPercent = isListed ? await loop.kie.successPercent(model).catch(() => null) : null;
      return {
        successPercent,
        usualMs: loop.usual.of(provider, model, api?.usualMs ?? 180_000),
        usualCredits: loop.costs.of(provider, model),
      };
    },
    'submissions:models': () => loop.kie.models().catch(rethrow('kie-market')),
    'submissions:form': (provider, model) => loop.kie.form(provider, model).catch(rethrow(provider)),
    'submissions:check': (order) => submissions.check(order),
    'submissions:madeBefore': (orders) =>
      madeBefore(
        {
          book,
          taskOf: ({ provider, taskId }) => (taskId === null ? undefined : find(`${provider}:${taskId}`)),
          form: (provider, model) => loop.kie.form(provider, model),
          sources: loop.sources,
        },
        inProjects(orders),
      ),
    'submissions:send': async (order) =>
      viewOf(await submissions.send({ ...order, project: projectAs(order.project) })),
    'submissions:sendMany': (orders, { budgetCredits }) => sendMany(inProjects(orders), budgetCredits),
    'submissions:open': () => book.open().map((each) => submissionView(client, each)),
    'submissions:get': (id) => {
      const found = book.get(id);
      return found === null ? null : submissionView(client, found);
    },
  };
}

const providerIds = providers.map(({ id }) => id);

function submissionView(client: Pick<ProviderClient, 'listsOrders'>, submission: Submission): SubmissionView {
  const { code, message, state, ...rest } = without(submission, 'urlId', 'batch', 'heardTaskId', 'asked');
  const said =
    state === 'unknown'
      ? told(inDoubt(client, rest.provider))
      : code === null
        ? { message }
        : told(providerTextsEn.refused(rest.provider, code, message));
  return { ...rest, state, ...said };
}

function viewOf(result: Submitted): SubmittedView {
  switch (result.outcome) {
    case 'made': {
      const { outcome, id, key, taskId, notes } = result;
      const noteTexts = notes.map((note) => told(providerTextsEn.orderProblem(note)));
      return { outcome, id, key, taskId, notes: noteTexts.map(({ message: english }) => english), noteTexts };
    }
    case 'refused': {
      return without(result, 'said');
    }
    case 'unknown':
      return result;
  }
}

function watchView(
  {
    task,
    since,
    usualMs,
    isOverdue,
    isReady,
    isNowhere,
    askedAt,
    nextAskAt,
  }: ReturnType<ClosedLoop['asking']['list']>[number],
  { asking, client }: ClosedLoop,
  whole: Task | undefined,
): WatchView {
  const { key, provider, taskId, prompt } = task;
  const api = client.api(provider);
  const problem =
    api === null
      ? providerTextsEn.cannotAsk(provider)
      : !client.hasKey(provider)
        ? providerTextsEn.noKey(provider, keyNameOf(api.account))
        : asking.isKeyRefused(provider)
          ? providerTextsEn.fault('bad-key', null)
          : isNowhere
            ? providerTextsEn.fault('no-address', null)
            : null;
  const picture = pictureOf(whole);
  const { message, text } = toldOrNot(problem);
  return {
    ...{ key, provider, taskId, prompt, picture, since, usualMs, isOverdue, isReady, askedAt, nextAskAt },
    problem: message,
    ...(text === undefined ? {} : { problemText: text }),
  };
}

/** There is no poster before the video; what it is made from tells as much. */
function pictureOf(task: Task | undefined): WatchView['picture'] {
  if (task === undefined) return null;
  if (task.poster !== null) return { kind: 'poster', version: task.poster };
  const [source] = task.sources ?? [];
  if (source === undefined) return null;
  return { kind: /\.(jpe?g|png|webp|gif|avif)$/i.test(source.path) ? 'image' : 'film', n: 1 };
}

function rethrow(provider: string): (error: unknown) => never {
  return (error) => {
    throw asInboxError(error, provider);
  };
}

function asInboxError(error: unknown, provider: string): unknown {
  if (!(error instanceof ApiFault)) return error;
  const api = providerApis.find((each) => each.provider === provider);
  if (error.code === 'no-key' && api !== undefined) {
    return new InboxError('unavailable', providerTextsEn.noKey(provider, keyNameOf(api.account)), { cause: error });
  }
  return new InboxError('unavailable', providerTextsEn.fault(error.code, error.said), { cause: error });
}
