import { sayTold } from '../../src-main/common/texts/language.ts';
import type { ChangedRow, PageEvent } from '../../src-main/common/page-events.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import { videoTrouble } from '../../src-main/common/task-view.ts';
import { hasFailed, isReady } from '../../src-main/common/task-traits.ts';
import { shortened, taskTitle } from './task-title.ts';
import { texts } from '../texts/texts.ts';
import { createStore, type Store } from './store.ts';

/** What a screen reader is told, politely, about news that nobody asked for. */
export interface Announcer extends Pick<Store<string>, 'get' | 'subscribe'> {
  say(text: string): void;
  receive(event: PageEvent): void;
}

interface News {
  readonly kind: 'ready' | 'failed';
  readonly text: string;
}

/** More than that are told by their number: a night's films would be read for minutes. */
const toldByName = 2;

/**
 * @param startedAt news from before then are not news. Milliseconds.
 * @param pauseMs what comes sooner after the last news is told together with what follows.
 */
export function createAnnouncer(startedAt: number, pauseMs = 5_000): Announcer {
  const store = createStore('');
  const told = new Set<string>();

  let gathered: readonly News[] = [];
  let pausing = false;

  function news(task: ChangedRow): News | null {
    // Being starred or seen changes a task too; only its last own event is news, once.
    const { last } = task;
    if (last === undefined || Date.parse(last.at) < startedAt) return null;
    const title = shortened(taskTitle(task), spokenAtMost);
    const [kind, text] =
      last.kind === 'saved' && isReady(task)
        ? (['ready', texts.announce.ready(title)] as const)
        : hasFailed(task) && ['failed', 'callback', 'late', 'conflict'].includes(last.kind)
          ? (['failed', texts.announce.failed(title, failureReason(task))] as const)
          : [null, null];
    const name = `${task.key} ${String(kind)} ${last.at}`;
    if (kind === null || told.has(name)) return null;
    told.add(name);
    return { kind, text };
  }

  function tellGathered(): void {
    pausing = gathered.length > 0;
    if (!pausing) return;
    store.set(inOne(gathered));
    gathered = [];
    setTimeout(tellGathered, pauseMs);
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    // The same sentence twice would be heard once: a live region tells what is new in it.
    say: (text) => store.set(text !== '' && text === store.get() ? `${text}\u00A0` : text),
    receive(event) {
      if (event.name === 'links:dying') store.set(texts.announce.dying(event.data.links.length));
      if (event.name !== 'tasks:changed') return;
      gathered = [...gathered, ...event.data.tasks.map(news).filter((each) => each !== null)];
      if (!pausing) tellGathered();
    },
  };
}

function inOne(all: readonly News[]): string {
  if (all.length <= toldByName) return all.map(({ text }) => text).join(' ');
  const failed = all.filter(({ kind }) => kind === 'failed').length;
  const { manyReady, manyFailed } = texts.announce;
  return [
    ...(failed < all.length ? [manyReady(all.length - failed)] : []),
    ...(failed > 0 ? [manyFailed(failed)] : []),
  ].join(texts.common.comma);
}

/** A long prompt would be read in full. */
const spokenAtMost = 100;

/** The sentence for why a task has no video: the provider's, else the download's. */
export function failureReason(task: TaskRow): string {
  const video = task.videos.find(({ state }) => state === 'failed' || state === 'expired');
  if (task.state === 'failed' && video === undefined) return task.message ?? texts.card.failedNoReason;
  return (video === undefined ? null : sayTold(videoTrouble(video))) ?? texts.card.noReason;
}
