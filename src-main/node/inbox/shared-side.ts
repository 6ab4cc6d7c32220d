/** The side of a machine among several: the log that they share, what each of them does, and how it stands with them. */
import { readFile, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { InboxError } from '../../common/errors.ts';
import type { Role, SharedStatus } from '../../common/shared-status.ts';
import { sharedTexts } from '../../common/texts/en-shared.ts';
import type { CallbackUrls } from '../callbacks/callback-urls.ts';
import type { SharedConfig } from '../config.ts';
import type { DataDir } from '../data-dir.ts';
import { cursorOf, type Cursor, type EventLog } from '../event-log/event-log.ts';
import { openNdjsonLog } from '../event-log/ndjson-log.ts';
import { positionOf } from '../event-log/ndjson-reader.ts';
import type { Log } from '../log/log.ts';
import { createAnsweredLog } from '../shared-log/answered-log.ts';
import { codeOf, createDatabase, DatabaseAway, type Database } from '../shared-log/database.ts';
import { createLeases, type Leases } from '../shared-log/leases.ts';
import { migrate, type LogIdentity } from '../shared-log/migrations.ts';
import { startNodeBoard } from '../shared-log/node-board.ts';
import { createOutbox } from '../shared-log/outbox.ts';
import { openPostgresLog, type SharedLog } from '../shared-log/postgres-log.ts';
import { startSharedUrls } from '../shared-log/shared-urls.ts';
import { makeFolder, replaceFile } from '../storage/durable-files.ts';
import { openSyncIdentity } from '../sync/sync-identity.ts';

export interface SharedSidePorts {
  readonly config: SharedConfig;
  readonly roles: readonly Role[];
  readonly dir: DataDir;
  readonly urls: CallbackUrls;
  readonly version: string;
  readonly log: Log;
  readonly now: () => Date;
}

export interface SharedSide {
  readonly events: EventLog;
  readonly shared: SharedLog;
  readonly leases: Leases;
  /** The library that is made from the shared log has an index of its own. */
  readonly indexDir: string;
  /** Those of all machines; one that is given out is known to the others before anyone is told of it. */
  readonly urls: CallbackUrls;
  status(): SharedStatus;
  close(): Promise<void>;
}

interface Kept {
  readonly identity: LogIdentity;
}

/** @throws InboxError where the database cannot be used, or cannot be reached and never was. */
export async function openSharedSide(ports: SharedSidePorts): Promise<SharedSide> {
  const { config, roles, dir, log, now } = ports;
  const name = config.name ?? hostname().slice(0, 40);
  const { node } = await openSyncIdentity(dir.syncFile);
  const database = createDatabase(config.url, node);
  const { identity, isReached } = await identify(database, dir.sharedFile, config);
  const indexDir = path.join(dir.sharedIndex, identity.id);
  await makeFolder(indexDir);
  const local = await openNdjsonLog({ dir: dir.journal, log, now });
  let shared: SharedLog;
  try {
    shared = await openPostgresLog({
      database,
      identity,
      // Beside the journal's numbers: what is committed first has numbers of its own.
      writer: `${node}+`,
      log,
      now,
      ...(isReached ? {} : { offlineFrom: await keptPlace(indexDir) }),
    });
  } catch (error) {
    await local.close();
    throw unusable(error);
  }
  const outbox = createOutbox({
    local,
    session: database.session('outbox'),
    identity,
    node,
    lastSeq: positionOf(local.end())?.seq ?? 0,
    written: () => shared.wrote(),
    log,
  });
  if (isReached) await outbox.claim().catch((error: unknown) => log.warn({ error }, 'the outbox begins later'));
  outbox.start();
  const leases = createLeases({
    session: database.session('leases'),
    holder: `${node}.${randomBytes(4).toString('hex')}`,
    lastsMs: config.leaseMs,
    log,
  });
  const sharedUrls = startSharedUrls(database.session('urls'), ports.urls, log);
  await sharedUrls.exchange();
  const board = startNodeBoard({
    session: database.session('nodes'),
    identity,
    node,
    name,
    facts: () => ({
      version: ports.version,
      roles,
      answer: config.answer,
      outbox: outbox.state().waiting,
      seen: shared.place().number,
      leases: leases.held().length,
    }),
    place: () => shared.place(),
    log,
  });
  const answered = createAnsweredLog({ policy: config.answer, local, shared, outbox, node });
  let closing: Promise<void> | null = null;
  const events: EventLog = { ...answered, close: () => (closing ??= answered.close()) };
  void removeOthers(dir.sharedIndex, identity.id, log);

  function status(): SharedStatus {
    const reach = shared.reach();
    const { waiting, oldestAt, isFenced } = outbox.state();
    const feedDelayMs = board.feedDelayMs();
    const state = isFenced ? 'fenced' : !reach.isThere ? 'away' : feedDelayMs > lateMs ? 'late' : 'ok';
    return {
      node,
      name,
      roles,
      answer: config.answer,
      state,
      outbox: { waiting, oldestAt },
      feedDelayMs,
      seen: shared.place().number,
      isListening: reach.isListening,
      leases: leases.held(),
      nodes: board.nodes(),
      message: sharedTexts.state[state](waiting),
    };
  }

  return {
    events,
    shared,
    leases,
    indexDir,
    urls: {
      ...ports.urls,
      async mint(options) {
        const entry = await ports.urls.mint(options);
        await sharedUrls.exchange();
        return entry;
      },
      async revoke(id) {
        await ports.urls.revoke(id);
        await sharedUrls.exchange();
      },
    },
    status,
    async close() {
      // It is closed already, unless opening broke off.
      await events.close();
      await board.close();
      await sharedUrls.close();
      await leases.close();
    },
  };
}

const lateMs = 5000;

/** What the database says that it is; where it is away, what it said last, unless nothing may be answered without it. */
async function identify(
  database: Database,
  file: string,
  { answer }: SharedConfig,
): Promise<{ readonly identity: LogIdentity; readonly isReached: boolean }> {
  const session = database.session('setup');
  try {
    const identity = await migrate(session);
    await replaceFile(file, `${JSON.stringify({ version: 1, identity })}\n`);
    return { identity, isReached: true };
  } catch (error) {
    const kept = error instanceof DatabaseAway && answer === 'local' ? await readKept(file) : null;
    if (kept === null) throw unusable(error);
    return { identity: kept.identity, isReached: false };
  } finally {
    await session.close();
  }
}

async function readKept(file: string): Promise<Kept | null> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as Partial<Kept>;
    const { id, epoch } = kept.identity ?? {};
    return typeof id === 'string' && typeof epoch === 'number' ? { identity: { id, epoch } } : null;
  } catch {
    return null; // never part of a shared log, or the file is broken: the database has to tell
  }
}

/** How far the index has come. */
async function keptPlace(indexDir: string): Promise<Cursor | null> {
  try {
    const { cursor } = JSON.parse(await readFile(path.join(indexDir, 'checkpoint.json'), 'utf8')) as {
      cursor?: unknown;
    };
    return typeof cursor === 'string' ? cursorOf(cursor) : null;
  } catch {
    return null; // no index yet
  }
}

function unusable(error: unknown): unknown {
  if (error instanceof DatabaseAway) {
    return new InboxError('unavailable', sharedTexts.cannotOpen(sharedTexts.away), { cause: error });
  }
  const code = codeOf(error);
  if (!/^[0-9A-Z]{5}$/.test(code)) return error;
  return new InboxError('unavailable', sharedTexts.cannotOpen(sharedTexts.refused(code)), { cause: error });
}

/** Of logs that this machine was part of before: an index is made again from its log. */
async function removeOthers(dir: string, keep: string, log: Log): Promise<void> {
  try {
    for (const name of await readdir(dir)) {
      if (name !== keep && /^[\da-f]{12}\.\d+$/.test(name)) await rm(path.join(dir, name), { recursive: true });
    }
  } catch (error) {
    log.debug({ error }, 'old indexes could not be removed');
  }
}
