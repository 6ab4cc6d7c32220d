/** The library for reading: through the running inbox where there is one, else straight from the disk. */
import type { Args, CallName, CallResult, ListOptions } from '../common/contract.ts';
import type { TaskView } from '../common/task-view.ts';
import { compileSearch, hereZone, searchedOf } from '../common/search/match-search.ts';
import { dataDirAt } from '../node/data-dir.ts';
import { createFilePlaces } from '../node/video-store/file-places.ts';
import { createDiskStore } from '../node/video-store/disk-store.ts';
import { openVideoStore } from '../node/video-store/open-store.ts';
import type { Environment } from '../node/config.ts';
import { readLibrary } from '../node/projections/read-library.ts';
import { createTaskView } from '../node/inbox/task-view.ts';
import { connectLocal } from './local-client.ts';

export interface LibraryAccess {
  list(options: ListOptions): Promise<readonly TaskView[]>;
  get(keyOrTaskId: string): Promise<TaskView | null>;
  /** The bytes of a saved video, also in the trash and on a shelf elsewhere. @param n from 1. @returns `null` where it is gone. */
  open(task: TaskView, n: number): Promise<AsyncIterable<Uint8Array> | null>;
}

/** @param env Where the shelf and its keys stand, for a library that no inbox runs on. */
export async function accessLibrary(dataDir: string, env: Environment): Promise<LibraryAccess> {
  const inbox = await connectLocal(dataDir);
  if (inbox !== null) {
    const call = <K extends CallName>(name: K, ...args: Args<K>): Promise<CallResult<K>> => inbox.call(name, ...args);
    return {
      list: (options) => call('tasks:list', options),
      get: (id) => call('tasks:get', id),
      open: ({ key }, n) => inbox.media(key, n),
    };
  }
  const dir = dataDirAt(dataDir);
  const toTaskView = createTaskView(
    { progressOf: () => null, waitOf: () => null },
    createFilePlaces(createDiskStore(dir.root)),
  );
  const tasks = await readLibrary(dir.journal);
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
    get: (id) => {
      const task = tasks.find(({ key }) => key === id) ?? tasks.find(({ taskId }) => taskId === id);
      return Promise.resolve(task === undefined ? null : toTaskView(task));
    },
    async open({ key }, n) {
      const task = tasks.find((each) => each.key === key);
      const file = task?.videos[n - 1]?.path ?? null;
      if (task === undefined || file === null) return null;
      const url = env['VIDEO_INBOX_STORE_URL'] ?? '';
      const places = createFilePlaces(await openVideoStore(dir.root, { url: url === '' ? null : url, env }));
      return (await (await places.find(task, file))?.open()) ?? null;
    },
  };
}
