import { afterEach, expect, it } from 'vitest';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import { packRow, unpackRow } from '../../src-main/common/task-row.ts';
import type { RendererClient } from '../../src-renderer/client/renderer-client.ts';
import { createInboxPage } from '../../src-renderer/create-inbox-page.ts';
import { sizeOfSelection } from '../../src-renderer/store/selection.ts';
import { sampleTask } from './support/sample-task.ts';

const counts = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] };
let stop = (): void => undefined;
afterEach(() => stop());

/** Without anything to look at: a core that has these tasks, whatever is searched for. */
function openPage(hash: string, tasks: readonly ReturnType<typeof sampleTask>[], storages: Partial<Window> = {}) {
  let emit = (_event: PageEvent): void => undefined;
  let tellStored = (_event: { readonly key: string | null }): void => undefined;
  const rows = { rows: tasks.map(packRow), total: tasks.length, sections: [] };
  const client = {
    call: (name: string) => (name === 'tasks:rows' ? Promise.resolve(rows) : new Promise(() => undefined)),
    subscribe: (listener: (event: PageEvent) => void) => ((emit = listener), () => undefined),
    onConnection: () => () => undefined,
    desktop: null,
  } as unknown as RendererClient;
  const page = {
    navigator: { language: 'en', languages: ['en'] },
    document: { documentElement: { dataset: {} } },
    location: { hash },
    history: { state: null, replaceState: () => undefined, pushState: () => undefined },
    addEventListener: (name: string, listener: (event: { key: string | null }) => void) =>
      name === 'storage' && (tellStored = listener),
    removeEventListener: () => undefined,
  } as unknown as Window;
  Object.defineProperties(page, Object.getOwnPropertyDescriptors(storages));
  const opened = createInboxPage(client, page);
  ({ stop } = opened);
  return { ...opened.inbox, emit: (event: PageEvent) => emit(event), store: (key: string) => tellStored({ key }) };
}

it('of all that match, one that goes to the trash is not counted, also where its row leaves out what was found', async () => {
  const found = sampleTask('a', 0, { prompt: `${'A harbour in the rain. '.repeat(40)}A pelican.` });
  const { list, selection, emit } = openPage('#/library?q=pelican', [found, sampleTask('b', -1)]);
  await expect.poll(() => list.get().status).toBe('ready');
  expect(list.get().query?.text).toBe('pelican');
  selection.selectAll();
  expect(sizeOfSelection(selection.get())).toBe(2);
  const trashed = unpackRow(packRow({ ...found, trashedAt: '2026-11-21T13:00:00.000Z' }));
  emit({ name: 'tasks:changed', data: { tasks: [trashed], counts } });
  expect(list.get().rows).toHaveLength(1);
  expect(sizeOfSelection(selection.get())).toBe(1);
});

it('opens where the browser refuses any storage', async () => {
  const { list, prefs } = openPage('#/library', [sampleTask('a', 0)], {
    get localStorage(): Storage {
      throw new Error('denied');
    },
    get sessionStorage(): Storage {
      throw new Error('denied');
    },
  });
  await expect.poll(() => list.get().status).toBe('ready');
  prefs.update((all) => ({ ...all, layout: 'table' }));
  expect(prefs.get().layout).toBe('table');
});

it('knows that another tab has chosen another language, until that one has chosen this one again', () => {
  const kept = new Map<string, string>();
  const { state, store } = openPage('#/library', [], {
    localStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: () => undefined } as unknown as Storage,
  });
  for (const [key, chosen, isOther] of [
    ['video-inbox.language', 'ja', true],
    ['video-inbox.language', 'en', false],
  ] as const) {
    kept.set('video-inbox.language', chosen);
    store(key);
    expect(state.get().speaksOther).toBe(isOther);
  }
});

it('does not take for a choice that its own language could not be read, whatever else another tab keeps', () => {
  const { state, store } = openPage('#/library', [], {
    navigator: { language: 'ja', languages: ['ja'] } as unknown as Navigator,
    localStorage: { getItem: () => null, setItem: () => undefined } as unknown as Storage,
  });
  store('video-inbox.prefs');
  expect(state.get().speaksOther).toBe(false);
  store('video-inbox.language');
  expect(state.get().speaksOther).toBe(true);
});
