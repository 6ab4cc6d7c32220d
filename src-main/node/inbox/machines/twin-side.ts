/** The side of a copy: what changes in an inbox that follows one elsewhere. That one takes callbacks, asks and downloads. */
import { setImmediate } from 'node:timers/promises';
import type { TunnelStatus } from '../../../common/status.ts';
import type { EventDraft, EventType } from '../../../common/events.ts';
import { InboxError } from '../../../common/errors.ts';
import type { Task } from '../../../common/model.ts';
import { actTypes } from '../../../common/person-events.ts';
import { twinTexts } from '../../../common/texts/en-sync.ts';
import { told } from '../../../common/texts/sentence.ts';
import type { TwinConfig } from '../../machines-config.ts';
import type { DataDir } from '../../data-dir.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import type { Log } from '../../log/log.ts';
import type { Fetch } from '../../outgoing/outgoing.ts';
import type { Library } from '../../projections/library.ts';
import type { Reactor } from '../../reactors/reactors.ts';
import { openSyncIdentity } from '../../sync/sync-identity.ts';
import { createTwinClient } from '../../sync/twin-client.ts';
import { isMark } from '../../sync/mark-outbox.ts';
import { startTwinFollower, type TwinFollower } from '../../sync/twin-follower.ts';
import { createTwinStore } from '../../sync/twin-store.ts';
import { createFilePlaces } from '../../video-store/file-places.ts';
import type { VideoStore } from '../../video-store/video-store.ts';
import { inTime } from '../../time-limit.ts';

export interface TwinSidePorts {
  readonly config: TwinConfig;
  readonly dir: DataDir;
  readonly store: VideoStore;
  /** What videos that nobody waits for leave free. */
  readonly reserveBytes: () => number;
  readonly token: () => string | null;
  readonly statusChanged: (status: TunnelStatus) => void;
  readonly fetch: Fetch;
  readonly log: Log;
}

export interface TwinSide {
  readonly store: VideoStore;
  /** The library with what may be written to it here; the rest is done elsewhere. */
  over(library: Library): Library;
  /** Brings videos here, as the person chose. */
  readonly media: Reactor;
  /** @throws InboxError `conflict` where the library has tasks of its own. */
  follow(events: EventLog): Promise<void>;
  status(): TunnelStatus;
  /** The inboxes that this one is a copy of, nearest first. */
  copyOf(): readonly string[];
  /** Another address, another token or another choice of videos, from now on. */
  choose(config: TwinConfig): void;
  /** While it is, no further video is brought by itself; what someone opens comes all the same. */
  setPaused(paused: boolean): void;
  close(): Promise<void>;
}

/** What is of this machine only: pictures that its page made. */
const localTypes: readonly EventType[] = ['poster-saved', 'preview-saved'];
const sentTypes: readonly EventType[] = actTypes;
const firstStatusMs = 3000;
const againAfterMs = 1000;
/** As long as the follower waits at most: it is asked again as soon as it is there. */
const longestAgainMs = 15_000;
/** A film that the other has lost is brought back there by the person, who sees it; maybe by a backup. */
const notThereMs = 60_000;
const longestNotThereMs = 6 * 3600_000;
const atOnce = 2;

export function createTwinSide(ports: TwinSidePorts): TwinSide {
  const { config: configured, dir, store, token, statusChanged, fetch, log } = ports;
  let config = configured;
  const client = createTwinClient(() => config.url, token, { fetch });
  const shelf = createTwinStore(dir.root, store, client, log);
  const wanted = new Set<string>();
  const missing = new Map<string, { readonly ms: number; readonly timer: NodeJS.Timeout }>();
  let isClosed = false;
  let isPaused = false;
  let running = 0;
  let follower: TwinFollower | null = null;
  let again: NodeJS.Timeout | null = null;
  let againMs = againAfterMs;

  /** The others do not wait for one that the other inbox does not have. */
  function holdBack(name: string): void {
    if (isClosed || !shelf.isKnown(name)) return;
    const ms = Math.min((missing.get(name)?.ms ?? notThereMs / 2) * 2, longestNotThereMs);
    const timer = setTimeout(() => {
      wanted.add(name);
      bringSome();
    }, ms).unref();
    missing.set(name, { ms, timer });
  }

  function forgetMissing(name: string): void {
    clearTimeout(missing.get(name)?.timer);
    missing.delete(name);
  }

  function bringSome(): void {
    while (running < atOnce && !isClosed && !isPaused && again === null) {
      const [name] = wanted;
      if (name === undefined) return;
      wanted.delete(name);
      running += 1;
      void shelf.bring(name, ports.reserveBytes()).then((brought) => {
        running -= 1;
        if (brought === 'here') {
          againMs = againAfterMs;
          forgetMissing(name);
        } else if (brought === 'not there') holdBack(name);
        else if (!isClosed) {
          wanted.add(name);
          again ??= setTimeout(() => {
            again = null;
            bringSome();
          }, againMs).unref();
          againMs = Math.min(againMs * 2, longestAgainMs);
        }
        bringSome();
      });
    }
  }

  function consider(task: Task): void {
    for (const { path, sha256, sizeBytes } of [...task.videos, ...(task.sources ?? [])]) {
      // A name is a path below the data dir, so it must be one that a video can have.
      if (
        path === null ||
        sha256 === null ||
        sizeBytes === null ||
        !/^(?:videos|sources)\/(?!.*(^|\/)\.)[^\\]+$/.test(path)
      )
        continue;
      shelf.know(task.key, path, { sha256, sizeBytes });
      const isChosen = config.media === 'all' || (config.media === 'starred' && task.starred);
      const fits = config.maxMib === null || sizeBytes <= config.maxMib * 1024 * 1024;
      if (isChosen && fits && task.trashedAt === null && !missing.has(path)) wanted.add(path);
    }
  }

  async function write(library: Library, drafts: readonly EventDraft[]): Promise<void> {
    const isHeres = (draft: EventDraft): boolean => isMark(draft) || localTypes.includes(draft.type);
    if (drafts.every(isHeres)) return library.recordAll(drafts);
    if (follower === null || !drafts.every(({ type }) => sentTypes.includes(type))) {
      throw new InboxError('unavailable', twinTexts.notHere);
    }
    return follower.forward(drafts);
  }

  const places = createFilePlaces(store);
  const toMove = new Map<string, Task>();
  let moving: Promise<void> | null = null;
  /** As the other does with its own. Of a task that was taken out of the trash meanwhile, what it is by then counts. */
  async function moveFiles(): Promise<void> {
    while (toMove.size > 0) {
      // Thousands may be told one after the other.
      await setImmediate();
      const tasks = [...toMove.values()];
      toMove.clear();
      await places.moveToTrash(tasks.filter(({ trashedAt }) => trashedAt !== null));
      await places.moveBack(tasks.filter(({ trashedAt }) => trashedAt === null));
    }
  }

  function moveFilesOf(task: Task): void {
    toMove.set(task.key, task);
    moving ??= moveFiles()
      .catch((error: unknown) => log.warn({ error }, 'files could not be moved into the trash, or out of it'))
      .finally(() => (moving = null));
  }

  function forget(key: string): Promise<void> {
    toMove.delete(key);
    return shelf.forget(key, moving);
  }

  let considerAll = (): void => undefined;
  const status = (): TunnelStatus => follower?.status() ?? offline;

  return {
    store: shelf.store,
    over(library) {
      considerAll = () => {
        wanted.clear();
        for (const name of missing.keys()) forgetMissing(name);
        for (const task of library.newestFirst()) consider(task);
        bringSome();
      };
      considerAll();
      shelf.sweep().catch((error: unknown) => log.warn({ error }, 'what was half brought could not be removed'));
      return {
        ...library,
        record: (draft) => write(library, [draft]),
        recordAll: (drafts) => write(library, drafts),
      };
    },
    media: {
      name: 'twin-media',
      // Maybe only starred films are brought.
      hearsLabels: true,
      onCorrected(_key, task) {
        if (task !== null) consider(task);
        bringSome();
      },
      onChange({ event, key, task }) {
        if (task === null)
          forget(key).catch((error: unknown) => log.warn({ error, key }, 'files could not be removed'));
        else {
          // Maybe the other has it again.
          for (const { path } of task.videos) if (path !== null) forgetMissing(path);
          consider(task);
          if (event.type === 'trashed' || event.type === 'restored') moveFilesOf(task);
        }
        bringSome();
      },
    },
    async follow(events) {
      const { node } = await openSyncIdentity(dir.syncFile);
      follower = await startTwinFollower({
        file: dir.twinFile,
        events,
        client,
        node,
        statusChanged: () => statusChanged(status()),
        log,
      });
      await inTime(follower.firstStatus, firstStatusMs);
    },
    status,
    copyOf: () => follower?.copyOf() ?? [],
    choose(next) {
      config = next;
      if (again !== null) clearTimeout(again);
      again = null;
      againMs = againAfterMs;
      considerAll();
      follower?.again();
    },
    setPaused(paused) {
      isPaused = paused;
      bringSome();
    },
    async close() {
      isClosed = true;
      for (const name of missing.keys()) forgetMissing(name);
      if (again !== null) clearTimeout(again);
      shelf.close();
      await follower?.close();
      await moving;
    },
  };
}

const offline: TunnelStatus = {
  kind: 'none',
  state: 'offline',
  publicUrl: null,
  callbackUrl: '',
  provenAt: null,
  ...told(twinTexts.away),
};
