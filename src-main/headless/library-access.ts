/** The library for reading: through the running inbox where there is one, else straight from the disk. */
import type { Args, CallName, CallResult } from '../common/contract.ts';
import type { ListOptions } from '../common/task-query.ts';
import type { TaskView } from '../common/task-view.ts';
import { compileSearch, hereZone, searchedOf } from '../common/search/match-search.ts';
import { dataDirAt, dataDirRefused } from '../node/data-dir.ts';
import { createFilePlaces, type FilePlaces } from '../node/video-store/file-places.ts';
import { createDiskStore } from '../node/video-store/disk-store.ts';
import { openVideoStore } from '../node/video-store/open-store.ts';
import { noWork } from '../node/inbox/telling/live-work.ts';
import { createTaskView } from '../node/inbox/telling/task-view.ts';
import { readAllTasks } from './all-tasks.ts';
import { outgoingOf } from './folder-outgoing.ts';
import type { Terminal } from './command.ts';
import { connectLocal } from './local-client.ts';
import { tellIfMissing } from './offline-folder.ts';

/** For each task, for each video of it. */
export type VideoPlaces = CallResult<'tasks:places'>;

export interface LibraryAccess {
  list(options: ListOptions): Promise<readonly TaskView[]>;
  /** What finds something where a search found nothing, with misspelt words as they occur; `null` where nothing does, or no inbox runs. */
  nearest(query: string): Promise<{ readonly text: string; readonly total: number } | null>;
  get(keyOrTaskId: string): Promise<TaskView | null>;
  /** Where the videos of each task are, in order: see `tasks:places`. */
  places(tasks: readonly TaskView[]): Promise<VideoPlaces>;
  /** The bytes of a saved video, also in the trash and on a shelf elsewhere. @param n from 1. @returns `null` where it is gone. */
  open(task: TaskView, n: number): Promise<AsyncIterable<Uint8Array> | null>;
}

/** @param env of the terminal: where the shelf with its keys and the shared database stand, for a library that no inbox runs on. */
export async function accessLibrary(
  dataDir: string,
  { env, err }: Pick<Terminal, 'env' | 'err'>,
): Promise<LibraryAccess> {
  const inbox = await connectLocal(dataDir);
  if (inbox !== null) {
    const call = <K extends CallName>(name: K, ...args: Args<K>): Promise<CallResult<K>> => inbox.call(name, ...args);
    return {
      list: (options) => call('tasks:list', options),
      async nearest(text) {
        const all = { view: 'library', state: 'all', provider: null, order: 'newest', timeZone: hereZone() } as const;
        const { corrected, total } = await call('tasks:query', { ...all, text, offset: 0, limit: 1 });
        return corrected === undefined ? null : { text: corrected, total };
      },
      get: (id) => call('tasks:get', id),
      places: (wanted) =>
        call(
          'tasks:places',
          wanted.map(({ key }) => key),
        ),
      open: ({ key }, n) => inbox.media(key, n),
    };
  }
  tellIfMissing(dataDir, { err });
  const dir = dataDirAt(dataDir);
  const toTaskView = createTaskView(noWork, createFilePlaces(createDiskStore(dir.root)));
  const { tasks } = await readAllTasks(dir, env).catch((error: unknown) => {
    throw dataDirRefused(dataDir, error);
  });
  const openPlaces = async (): Promise<FilePlaces> => {
    const url = env['VIDEO_INBOX_STORE_URL'] ?? '';
    const outgoing = await outgoingOf(dir, env);
    return createFilePlaces(await openVideoStore(dir.root, { url: url === '' ? null : url, env, outgoing }));
  };
  return {
    list({ state, limit, query = '' }) {
      const search = compileSearch(query, hereZone());
      return Promise.resolve(
        tasks
          .filter((task) => task.trashedAt === null && (state === null || task.state === state))
          .filter((task) => search?.(searchedOf(task)) !== false)
          .slice(0, limit)
          .map(toTaskView),
      );
    },
    nearest: () => Promise.resolve(null),
    get: (id) => {
      const task = tasks.find(({ key }) => key === id) ?? tasks.find(({ taskId }) => taskId === id);
      return Promise.resolve(task === undefined ? null : toTaskView(task));
    },
    async places(wanted) {
      const places = await openPlaces();
      const stored = wanted.map(({ key }) => tasks.find((each) => each.key === key));
      return Promise.all(
        stored.map((task) => (task === undefined ? Promise.resolve([]) : places.placesOfVideos(task))),
      );
    },
    async open({ key }, n) {
      const task = tasks.find((each) => each.key === key);
      const file = task?.videos[n - 1]?.path ?? null;
      if (task === undefined || file === null) return null;
      return (await (await (await openPlaces()).find(task, file))?.open()) ?? null;
    },
  };
}
