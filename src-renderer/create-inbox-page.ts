import { InboxError } from '../src-main/common/errors.ts';
import { unpackRow } from '../src-main/common/task-row.ts';
import { writeClipboard } from './client/clipboard.ts';
import type { RendererClient } from './client/renderer-client.ts';
import { createFormat } from './format/format.ts';
import { localeFor } from './format/locale.ts';
import type { InboxPage } from './inbox.ts';
import { createPosterQueue } from './posters/poster-queue.ts';
import { createRouter } from './router/router.ts';
import { createActions } from './store/actions.ts';
import { createAnnouncer } from './store/announcer.ts';
import { createInboxState } from './store/inbox-state.ts';
import { type KeptTexts, keptTexts } from './store/kept-texts.ts';
import { createLabels } from './store/labels.ts';
import { createMissingFiles } from './store/missing-files.ts';
import { createNoticeBoard } from './store/notice-board.ts';
import { createPlaces } from './store/places.ts';
import { createPrefs } from './store/prefs.ts';
import { createProgressStore } from './store/progress.ts';
import { createSelection } from './store/selection.ts';
import { createStore } from './store/store.ts';
import { createTaskList } from './store/task-list.ts';
import { shortened, taskTitle } from './store/task-title.ts';
import { isOfLanguage, isOtherChosen, readAtLast } from './texts/language-choice.ts';
import { texts } from './texts/texts.ts';

const previewsLimitMs = 30_000;
const previewsRestMs = 15_000;
const tickMs = 30_000;
const undecodableKey = 'video-inbox.undecodable';

/** Wires the page's parts to each other and to the client. @returns the undo as well. */
export function createInboxPage(
  client: RendererClient,
  page: Window,
): { readonly inbox: InboxPage; readonly stop: () => void } {
  const format = createFormat(
    localeFor(texts.language, page.navigator.language),
    Intl.DateTimeFormat().resolvedOptions().timeZone,
  );
  const describe = (error: unknown) => (error instanceof InboxError ? error.message : texts.errors.unexpected);
  const notices = createNoticeBoard();
  const state = createInboxState(client.call.bind(client), (error) => {
    // The bar already says that the connection is away; one notice more for each question would only be noise.
    if (!(error instanceof InboxError) || !['unavailable', 'unauthorized'].includes(error.code))
      notices.post({ text: describe(error), kind: 'bad' });
  });
  const list = createTaskList({
    query: async (query) => {
      const page = await client.call('tasks:rows', query);
      return { ...page, rows: page.rows.map(unpackRow) };
    },
    describe,
    localDay: format.localDay,
    gatherMs: 250,
  });
  const selection = createSelection({
    list,
    keys: (query, from, to) => client.call('tasks:keys', query, from, to),
    report: (error) => void notices.post({ text: describe(error), kind: 'bad' }),
    now: Date.now,
  });
  const labels = createLabels(client.call.bind(client));
  const progress = createProgressStore();
  const missing = createMissingFiles({ ask: (keys) => client.call('tasks:missing', keys), gatherMs: 250 });
  const announcer = createAnnouncer(Date.now());
  const router = createRouter(page);
  const kept = keptTexts(() => page.localStorage);
  const keptInTab = keptTexts(() => page.sessionStorage);
  const prefs = createPrefs(kept);
  const places = createPlaces(keptInTab);
  const now = createStore(Date.now());
  const posters = createPosterQueue({
    make: async (key, n, withStrip) => {
      const { makePreviews } = await import('./posters/make-previews.ts');
      return makePreviews(client.mediaUrl(key, n), previewsLimitMs, withStrip);
    },
    save: async (key, n, { poster, strip }) => {
      await client.call('tasks:savePoster', key, poster);
      if (strip !== null) await client.call('tasks:saveStrip', key, n, strip);
    },
    retryAfterMs: previewsRestMs,
    remembered: readFilms(kept, page.navigator.userAgent),
    remember: (films) => kept.setItem(undecodableKey, JSON.stringify({ browser: page.navigator.userAgent, films })),
  });
  const actions = createActions({
    call: client.call.bind(client),
    desktop: client.desktop,
    list,
    notify: (notice) => notices.post(notice),
    say: (text) => announcer.say(text),
    describe,
    showNumber: (value) => format.number(value),
    whenBack: () =>
      new Promise((resolve) => {
        const stop = client.subscribe(({ name }) => {
          if (name !== 'resync') return;
          stop();
          resolve();
        });
      }),
    writeClipboard,
  });

  // Asked before anything is drawn: the answer is here by the time that the cards can be.
  const followRoute = () => list.setQuery({ ...router.get().list, timeZone: format.timeZone });
  followRoute();
  state.load();
  labels.load();

  const undo = [
    router.subscribe(followRoute),
    client.subscribe((event) => {
      // Rows and ages are compared with the present; a card must not come from the future.
      if (event.name === 'tasks:changed') now.set(Date.now());
      const [first] = event.name === 'links:dying' ? event.data.links : [];
      if (event.name === 'links:dying' && first !== undefined) {
        const title = shortened(taskTitle(first.task), 80);
        const span = format.span(Math.max(0, Date.parse(first.diesAt) - Date.now()));
        notices.post({ text: texts.dying(event.data.links.length, title, span), kind: 'bad' });
      }
      // The selection before the list, which forgets what goes: what was selected is told by what is in the list.
      for (const part of [progress, missing, selection, list, labels, state, announcer]) part.receive(event);
    }),
    client.onConnection((connection) => state.setConnection(connection)),
    router.start(),
  ];
  const dressPage = () => {
    const { theme, density } = prefs.get();
    page.document.documentElement.dataset['theme'] = theme;
    page.document.documentElement.dataset['density'] = density;
  };
  dressPage();
  undo.push(prefs.subscribe(dressPage));
  const follow = ({ key }: StorageEvent) => {
    prefs.follow(key);
    if (isOfLanguage(key)) state.setSpeaksOther(isOtherChosen(page));
  };
  page.addEventListener('storage', follow);
  // Sentences are read once, so those that come late are for a page that is begun anew.
  if (isOtherChosen(page))
    readAtLast(page).then(
      () => state.setSpeaksOther(isOtherChosen(page)),
      (error: unknown) => page.reportError(error),
    );
  undo.push(() => page.removeEventListener('storage', follow));
  page.addEventListener('pagehide', places.save);
  undo.push(() => page.removeEventListener('pagehide', places.save));
  const tick = setInterval(() => now.set(Date.now()), tickMs);

  return {
    inbox: {
      client,
      desktop: client.desktop,
      router,
      state,
      list,
      selection,
      places,
      labels,
      progress,
      missing,
      posters,
      prefs,
      kept,
      keptInTab,
      announcer,
      actions,
      format,
      now,
      notices,
      describe,
    },
    stop() {
      clearInterval(tick);
      for (const each of undo) each();
    },
  };
}

/** Films that this browser cannot decode; a newer one may have learned it. */
function readFilms(storage: KeptTexts, browser: string): string[] {
  try {
    const kept = JSON.parse(storage.getItem(undecodableKey) ?? '{}') as { browser?: unknown; films?: unknown };
    if (kept.browser !== browser || !Array.isArray(kept.films)) return [];
    return kept.films.filter((film) => typeof film === 'string');
  } catch {
    return [];
  }
}
