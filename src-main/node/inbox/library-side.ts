/** What the inbox holds: files, callback URLs, log and library; its own, shared with others, or a copy of another's. */
import { hash } from 'node:crypto';
import type { NodeFacts, OnlyHere } from '../../common/shared-status.ts';
import { openCallbackUrls, type CallbackUrls } from '../callbacks/callback-urls.ts';
import type { EventLog } from '../event-log/event-log.ts';
import { openNdjsonLog } from '../event-log/ndjson-log.ts';
import { apiKeyNames } from '../provider-api/api-table.ts';
import { createFilesByHash, type FilesByHash } from '../projections/files-by-hash.ts';
import { openLibraryOn, type Library } from '../projections/library.ts';
import { openSubmissionBook, type KeptBook } from '../submissions/kept-book.ts';
import { openSyncIdentity } from '../sync/sync-identity.ts';
import { noteOwn } from '../sync/twin-state.ts';
import { createFilePlaces, type FilePlaces } from '../video-store/file-places.ts';
import { openVideoStore } from '../video-store/open-store.ts';
import type { ShelfWatch } from '../video-store/s3/shelf-watch.ts';
import { shelfLibraryOf, type ShelfLibrary, type VideoStore } from '../video-store/video-store.ts';
import type { LoopTurns } from './closed-loop.ts';
import { openBringToShelf } from './machines/bring-to-shelf.ts';
import { followChoice } from './machines/connect-elsewhere.ts';
import type { InboxBase } from './inbox-base.ts';
import type { SharedSide } from './machines/shared-side.ts';
import { startShelfSweep } from './machines/shelf-sweep.ts';
import { sharedRights, sharedTurns, type SharedRights } from './machines/shared-work.ts';
import { openReserve, watchRoom } from './status/room-left.ts';
import { createTwinSide, type TwinSide } from './machines/twin-side.ts';

export interface LibrarySide {
  readonly store: VideoStore;
  readonly places: FilePlaces;
  /** As it is known where its files lie. */
  readonly shelfLibrary: () => Promise<ShelfLibrary>;
  readonly files: FilesByHash;
  readonly urls: CallbackUrls;
  readonly events: EventLog;
  readonly library: Library;
  /** The submissions, made from the log as well. */
  readonly kept: KeptBook;
  /** `null` where nobody shares the log. */
  readonly shared: SharedSide | null;
  /** `null` where the videos are on the disk. */
  readonly shelf: ShelfWatch | null;
  readonly rights: SharedRights | null;
  readonly turns: LoopTurns | null;
  /** `null` where this is no copy. */
  readonly twin: TwinSide | null;
}

/**
 * @param publicUrl of this machine, as it is by then.
 * @throws InboxError where something cannot be used.
 */
export async function openLibrarySide(
  base: InboxBase,
  version: string,
  publicUrl: () => string | null,
): Promise<LibrarySide> {
  const { closers, config, dir, log, now, outgoing, publish, secrets, settings } = base;
  let files: FilesByHash | null = null;
  // A copy would take from the other's shelf what it hears later than others that it has left.
  const url = config.twin === null ? config.store.url : null;
  if (url !== config.store.url)
    log.warn({}, 'a copy keeps its videos on its own disk, so VIDEO_INBOX_STORE_URL is not used');
  const shelf = url === null ? null : await openShelfWatch(base);
  if (shelf !== null) closers.add('watch of the shelf', () => shelf.close());
  const ownStore = await openVideoStore(
    dir.root,
    { ...config.store, url, outgoing },
    (sha256) => files?.find(sha256) ?? none(),
    shelf,
  );
  const twin =
    config.twin === null
      ? null
      : createTwinSide({
          config: config.twin,
          dir,
          store: ownStore,
          reserveBytes: await openReserve(dir, settings),
          token: () => secrets.get('TWIN_TOKEN'),
          statusChanged: (status) => publish({ name: 'tunnel:changed', data: status }),
          fetch: outgoing.fetch,
          log,
        });
  if (twin === null) await noteOwn(dir.twinFile);
  if (twin !== null && config.twin?.isChosen === true) {
    closers.add(
      'choice of twin',
      followChoice(settings, (chosen) => twin.choose(chosen)),
    );
  }
  const store = twin?.store ?? ownStore;

  const ownUrls = await openCallbackUrls(dir.callbackUrlsFile, log, now);
  closers.add('callback URLs', () => ownUrls.close());
  const { beneath, bringUp } = ownStore;
  const toBring =
    config.shared === null || beneath === undefined || bringUp === undefined
      ? null
      : await openBringToShelf({ beneath, bringUp });
  const shared = await openShared(base, ownUrls, shelf, version, publicUrl, () => toBring?.left() ?? nothingHere);
  if (shared !== null) closers.add('shared log', () => shared.close());
  async function shelfLibrary(): Promise<ShelfLibrary> {
    return shelfLibraryOf((await openSyncIdentity(dir.syncFile)).node, shared?.id ?? null);
  }
  if (shelf !== null && config.roles.includes('download')) {
    closers.add('sweep of the shelf', startShelfSweep({ store, library: shelfLibrary, log }));
  }

  const events = shared?.events ?? (await openNdjsonLog({ dir: dir.journal, log, now }));
  const kept = await openSubmissionBook(
    dir.submissionsFile,
    log,
    (onEvent) => events.read(null, onEvent),
    shared !== null,
  );
  const ownLibrary = await openLibraryOn(events, {
    indexDir: shared?.indexDir ?? dir.index,
    log,
    beside: [kept.book],
    beforeCheckpoint: () => kept.saveHeard(),
  });
  const here = twin?.over(ownLibrary) ?? ownLibrary;
  const library: Library =
    shared === null
      ? here
      : { ...here, signedBody: (id, replayKey) => here.signedBody(id, replayKey) ?? shared.signedBody(id, replayKey) };
  closers.add('library', () => library.close());
  // Before the library: what waits is stored and told, and then the index is saved.
  closers.add('event log', () => events.close());

  const places = createFilePlaces(store);
  const known = createFilesByHash(library, places);
  files = known;
  closers.add('files by hash', () => known.close());
  if (shared !== null && toBring !== null) {
    const isWhole = async (): Promise<boolean> => (await shared.isCurrent()) && shared.status().outbox.waiting === 0;
    toBring.begin({ library, places, isWhole, log });
    closers.add('films for the shelf', () => toBring.close());
  }

  return {
    store,
    places,
    shelfLibrary,
    files: known,
    urls: shared?.urls ?? ownUrls,
    events,
    library,
    kept,
    shared,
    shelf,
    rights: shared === null ? null : sharedRights(shared, (key) => library.get(key)),
    turns:
      shared === null || config.shared === null ? null : sharedTurns(shared, config.roles, config.shared.leaseMs, log),
    twin,
  };
}

const nothingHere: OnlyHere = { films: 0, bytes: 0 };

async function* none(): AsyncGenerator<never> {}

/** What speaks S3 is loaded only where the videos are there. */
async function openShelfWatch({ log, now }: InboxBase): Promise<ShelfWatch> {
  const { createShelfWatch } = await import('../video-store/s3/shelf-watch.ts');
  return createShelfWatch({ log, now });
}

/** What speaks to a database is loaded only where there is one. */
async function openShared(
  { config, dir, log, now, secrets, settings, toldTime }: InboxBase,
  urls: CallbackUrls,
  shelf: ShelfWatch | null,
  version: string,
  publicUrl: () => string | null,
  onlyHere: () => OnlyHere,
): Promise<SharedSide | null> {
  if (config.shared === null) return null;
  const { openSharedSide } = await import('./machines/shared-side.ts');
  const place = await placeOf(config.store);
  const noRoomFor = watchRoom(dir, settings, config.roles);
  const canAsk = (): Pick<NodeFacts, 'keys' | 'tellsHooks'> => ({
    keys: apiKeyNames.filter((key) => !!secrets.get(key)),
    tellsHooks: config.hookCommand !== null || settings.get().hooks.webhookUrl !== null,
  });
  return openSharedSide({
    config: config.shared,
    roles: config.roles,
    dir,
    urls,
    place,
    shelf,
    onlyHere,
    noRoomFor,
    toldTime,
    version,
    canAsk,
    publicUrl,
    log,
    now,
  });
}

/** The same bucket and folder may have another address in another network. */
async function placeOf({ url, env }: InboxBase['config']['store']): Promise<string | null> {
  if (url === null) return null;
  const { parseStoreUrl } = await import('../video-store/s3/s3-config.ts');
  const { bucket, prefix } = parseStoreUrl(url, env);
  return hash('sha256', `${bucket}/${prefix}`).slice(0, 12);
}
