/** The side of a machine among several: the log that they share, what each of them does, and how it stands with them. */
import { readFile, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { InboxError } from '../../../common/errors.ts';
import { foldVersion } from '../../../common/fold.ts';
import type { EventDraft } from '../../../common/events.ts';
import {
  lateAfterMs,
  type NodeFacts,
  type NodeStatus,
  type NoRoomFor,
  type OnlyHere,
  type Role,
  type SharedGlance,
  type SharedStatus,
} from '../../../common/shared-status.ts';
import { databaseRefusal, sharedTexts } from '../../../common/texts/en-shared.ts';
import { toldOrNot, type Sentence } from '../../../common/texts/sentence.ts';
import type { CallbackUrls } from '../../callbacks/callback-urls.ts';
import type { UseExchange } from '../../callbacks/url-use.ts';
import type { SharedConfig } from '../../machines-config.ts';
import type { DataDir } from '../../data-dir.ts';
import { cursorOf, type Cursor, type EventLog } from '../../event-log/event-log.ts';
import { openNdjsonLog } from '../../event-log/ndjson-log.ts';
import { positionOf } from '../../event-log/ndjson-reader.ts';
import type { Log } from '../../log/log.ts';
import { createAnsweredLog } from '../../shared-log/answered-log.ts';
import {
  createDatabase,
  DatabaseAway,
  isDatabaseRefusal,
  plannedOnce,
  type Database,
} from '../../shared-log/database.ts';
import type { HorizonHolder } from '../../shared-log/horizon-holder.ts';
import { createLeases, type Leases } from '../../shared-log/leases.ts';
import { migrate } from '../../shared-log/migrations.ts';
import { startNodeBoard } from '../../shared-log/node-board.ts';
import { claimName, type NamedNode } from '../../shared-log/node-name.ts';
import { createOutbox } from '../../shared-log/outbox.ts';
import { openPostgresLog, type SharedLog } from '../../shared-log/postgres-log.ts';
import { readKept, startSentKeeper, writeKept, type KeptShared } from '../../shared-log/shared-file.ts';
import { startSharedUrls } from '../../shared-log/shared-urls.ts';
import { startSharedUse } from '../../shared-log/shared-use.ts';
import { unusable, whyNot } from '../../shared-log/unusable.ts';
import { readUnsentSignatures, type SignedBody } from '../../shared-log/unsent-signatures.ts';
import { makeFolder } from '../../storage/durable-files.ts';
import { openSyncIdentity } from '../../sync/sync-identity.ts';
import { inTime } from '../../time-limit.ts';
import type { ToldTime } from '../../told-time.ts';
import type { ShelfWatch } from '../../video-store/s3/shelf-watch.ts';
import { isRoomElsewhere, namesOfHolders, worstOf } from './node-news.ts';

export interface SharedSidePorts {
  readonly config: SharedConfig;
  readonly roles: readonly Role[];
  readonly dir: DataDir;
  readonly urls: CallbackUrls;
  /** A word for the place of the videos, the same where the place is; `null` = the disk of this machine. */
  readonly place: string | null;
  /** `null` where the videos are on the disk. */
  readonly shelf: Pick<ShelfWatch, 'status'> | null;
  /** On the way to the shelf from the disk of this machine. */
  readonly onlyHere: () => OnlyHere;
  /** What the disk of this machine has no room for; `null` where there is room. */
  readonly noRoomFor: () => NoRoomFor | null;
  readonly toldTime: Pick<ToldTime, 'note'>;
  readonly version: string;
  readonly canAsk: () => Pick<NodeFacts, 'keys' | 'tellsHooks'>;
  /** Of this machine; `null` where it is not public. */
  readonly publicUrl: () => string | null;
  readonly log: Log;
  readonly now: () => Date;
}

export interface SharedSide {
  /** Of the shared log: the same on each machine. */
  readonly id: string;
  readonly events: EventLog;
  readonly shared: SharedLog;
  readonly leases: Leases;
  /**
   * What the shared log has, in the journal of this machine as well, if it has one: sent from there, it is a repeat, so
   * nobody waits until it is.
   */
  readonly keep: (drafts: readonly EventDraft[]) => Promise<unknown>;
  /** Of callbacks that are stored here and that the library may not have heard of. */
  readonly signedBody: SignedBody;
  readonly use: UseExchange;
  /** The library that is made from the shared log has an index of its own. */
  readonly indexDir: string;
  /** Those of all machines; one that is given out is known to the others before anyone is told of it. */
  readonly urls: CallbackUrls;
  /** A fault of the database as the person is told of it; any other fault as it is. */
  readonly foreseen: (error: unknown) => unknown;
  /** Looks. Whether all that the log has is known here. */
  isCurrent(): Promise<boolean>;
  /** Names of other machines that have films on their disk only, with how many. @param there only those that run. */
  onlyOnOthers(there?: boolean): string | null;
  /** Other machines that fetch are there, and have room. */
  isRoomElsewhere(): boolean;
  status(): SharedStatus;
  /** Takes it off the list of machines, unless it has told of itself lately. @throws DatabaseAway */
  forgetNode(node: string): Promise<void>;
  /** Where providers reach a machine that takes callbacks, one that is there if there is one; `null` where none has told it. */
  publicUrl(): string | null;
  /** Called when it stands otherwise. @returns the undo. */
  onState(listener: (glance: SharedGlance) => void): () => void;
  close(): Promise<void>;
}

/** @throws InboxError where the database cannot be used, or cannot be reached and never was; `conflict` where its name is another's. */
export async function openSharedSide(ports: SharedSidePorts): Promise<SharedSide> {
  const { config, roles, dir, log, now } = ports;
  const { node } = await openSyncIdentity(dir.syncFile);
  const place = ports.place ?? `disk of ${node}`;
  const database = createDatabase(config.url, node, log);
  const itself = { version: ports.version, foldVersion, roles, answer: config.answer, place };
  const { kept, isReached, name, why } = await identify(database, dir.sharedFile, config, {
    node,
    chosen: config.name,
    host: hostname().slice(0, 35),
    facts: { ...itself, ...onlyHereOf(ports.onlyHere()), outbox: 0, seen: 0, leases: 0, feedDelayMs: 0 },
  });
  const { identity } = kept;
  if (identity.system !== '') database.expect(identity.system);
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
      ...(isReached ? {} : { offlineFrom: await keptPlace(indexDir), offlineWhy: why }),
    });
    if (isReached) await clearForeign(indexDir, shared, log);
  } catch (error) {
    await local.close();
    throw unusable(error);
  }
  const leases = createLeases({
    session: database.session('leases'),
    holder: `${node}.${randomBytes(4).toString('hex')}`,
    lastsMs: config.leaseMs,
    log,
  });
  const outbox = createOutbox({
    local,
    session: database.session('outbox', plannedOnce),
    identity,
    node,
    known: kept.sent,
    knownSeq: kept.sentSeq,
    lastSeq: positionOf(local.end())?.seq ?? 0,
    held: shared.held,
    written: (k) => shared.wrote(node, k),
    fenced: () => {
      leases.resign().catch((error: unknown) => log.error({ error }, 'leases could not be given back'));
    },
    log,
  });
  if (isReached) await outbox.claim().catch((error: unknown) => log.warn({ error }, 'the outbox begins later'));
  outbox.start();
  const signedBody = await readUnsentSignatures(local, kept.sent);
  const sentKeeper = startSentKeeper(dir.sharedFile, kept, outbox, log);
  const sharedUrls = startSharedUrls(database.session('urls'), ports.urls, log);
  await sharedUrls.exchange();
  const use = startSharedUse(database.session('use'), node, log);
  const facts = (): Omit<NodeFacts, 'feedDelayMs'> => ({
    ...itself,
    outbox: outbox.state().waiting,
    seen: shared.place().number,
    leases: leases.held().filter(isPieceOfWork).length,
    ...ports.canAsk(),
    ...publicUrlOf(roles, ports.publicUrl()),
    ...onlyHereOf(ports.onlyHere()),
    ...noRoomOf(ports.noRoomFor()),
    ...(ports.shelf === null ? {} : { shelf: ports.shelf.status().state }),
  });
  const board = startNodeBoard({
    session: database.session('nodes'),
    identity,
    node,
    name,
    facts,
    place: () => shared.place(),
    told: (atMs) => ports.toldTime.note(atMs),
    isAnothers: (asking) => outbox.lookForOther(asking),
    log,
  });
  const answered = createAnsweredLog({ policy: config.answer, local, shared, outbox, node });
  let closing: Promise<void> | null = null;
  const events: EventLog = { ...answered, close: () => (closing ??= answered.close()) };
  void removeOthers(dir.sharedIndex, identity.id, log);

  /** Why it cannot be used just now, also where it is read and takes nothing; `null` = it can. */
  function whyAway(): Sentence | null {
    const { isThere, why } = shared.reach();
    if (!isThere) return whyNot(why);
    const refusal = board.refusal() ?? outbox.state().refusal ?? leases.refusal();
    if (refusal !== null) return whyNot(refusal);
    // What others have told of themselves before may find room where an event finds none.
    const { code, params } = shared.health();
    if (code === 'database-full') return sharedTexts.full;
    return code === 'database-refuses' ? databaseRefusal(String(params['reason'])) : null;
  }

  function stateNow(): SharedStatus['state'] {
    if (database.whyReplaced() !== null) return 'replaced';
    if (outbox.state().isFenced) return 'fenced';
    if (whyAway() !== null) return 'away';
    return board.feedDelayMs() > lateAfterMs ? 'late' : 'ok';
  }

  /** Whether one of us fetches or shows videos that the other cannot open. */
  function isElsewhere(other: NodeStatus): boolean {
    return handlesVideos(roles) && handlesVideos(other.roles) && (other.place ?? place) !== place;
  }

  /** What this one told of itself last is old where the database is away, or another tells as this machine. */
  function nodesNow(): readonly NodeStatus[] {
    return board.nodes().map((told) => {
      if (!told.isThis) return told;
      const { seenAt, isThere } = told;
      return { node, name, seenAt, isThere, isThis: true, ...facts(), feedDelayMs: board.feedDelayMs() };
    });
  }

  function sentenceOf(state: SharedStatus['state'], waiting: number): Sentence | null {
    if (state === 'ok') {
      const nodes = nodesNow();
      return worstOf(
        nodes,
        (role) => board.lacks(role),
        nodes.filter((other) => other.isThere && isElsewhere(other)),
      );
    }
    if (state === 'late') return lateSentence(board.heldBy());
    // With `both`, what arrives is stored here as well, and answered 503.
    const isOnlyThere = config.answer === 'shared';
    if (state === 'fenced') return isOnlyThere ? sharedTexts.fencedUnstored : sharedTexts.state.fenced(waiting);
    if (state === 'replaced') return isOnlyThere ? sharedTexts.replacedUnstored : sharedTexts.state.replaced(waiting);
    const why = whyAway() ?? sharedTexts.away;
    return config.answer === 'local' ? sharedTexts.state.away(waiting, why) : sharedTexts.awayUnstored(why);
  }

  function glance(): SharedGlance {
    const state = stateNow();
    return { state, isTold: sentenceOf(state, 0) !== null };
  }

  function onState(listener: (glance: SharedGlance) => void): () => void {
    let last = glance();
    const timer = setInterval(() => {
      const now = glance();
      if (now.state === last.state && now.isTold === last.isTold) return;
      last = now;
      listener(now);
    }, lookEveryMs).unref();
    return () => clearInterval(timer);
  }

  function status(): SharedStatus {
    const { waiting, oldestAt } = outbox.state();
    const feedDelayMs = board.feedDelayMs();
    const state = stateNow();
    return {
      node,
      name,
      roles,
      answer: config.answer,
      state,
      outbox: { waiting, oldestAt },
      feedDelayMs,
      seen: shared.place().number,
      isListening: shared.reach().isListening,
      leases: leases.held(),
      nodes: nodesNow(),
      ...toldOrNot(sentenceOf(state, waiting)),
    };
  }

  return {
    id: identity.id,
    events,
    shared,
    leases,
    keep: (drafts) => (config.answer === 'shared' ? Promise.resolve() : local.append(drafts)),
    signedBody,
    use,
    indexDir,
    urls: {
      ...ports.urls,
      async mint(options) {
        const entry = await ports.urls.mint(options);
        // At one that the others do not know a callback is lost.
        if (!(await inTime(sharedUrls.exchange(), mintMs)))
          throw new InboxError('unavailable', sharedTexts.notNow(sharedTexts.away));
        return entry;
      },
      async revoke(id) {
        await ports.urls.revoke(id);
        await sharedUrls.exchange();
      },
      async setProject(ids, project) {
        await ports.urls.setProject(ids, project);
        await sharedUrls.exchange();
      },
    },
    foreseen: (error) => unusable(error, sharedTexts.notNow),
    async isCurrent() {
      await shared.look();
      return shared.reach().isThere;
    },
    onlyOnOthers: (isThere) =>
      namesOfHolders(board.nodes().filter((other) => !other.isThis && (isThere !== true || other.isThere))),
    isRoomElsewhere: () => isRoomElsewhere(board.nodes()),
    status,
    forgetNode: (other) => board.forget(other),
    publicUrl() {
      const known = board.nodes().filter((other) => other.publicUrl !== undefined);
      return (known.find(({ isThere }) => isThere) ?? known[0])?.publicUrl ?? null;
    },
    onState,
    async close() {
      // It is closed already, unless opening broke off.
      await events.close();
      await sentKeeper.close();
      await board.close();
      await sharedUrls.close();
      await use.close();
      await leases.close();
    },
  };
}

/** Not a turn, whose name is one word. */
const isPieceOfWork = (lease: string): boolean => lease.includes(' ');

function publicUrlOf(taken: readonly Role[], publicUrl: string | null): Pick<NodeFacts, 'publicUrl'> {
  return publicUrl === null || !taken.includes('intake') ? {} : { publicUrl };
}

function onlyHereOf(onlyHere: OnlyHere): Pick<NodeFacts, 'onlyHere'> {
  return onlyHere.films === 0 ? {} : { onlyHere };
}

function noRoomOf(noRoomFor: NoRoomFor | null): Pick<NodeFacts, 'noRoomFor'> {
  return noRoomFor === null ? {} : { noRoomFor };
}

function lateSentence(holder: HorizonHolder | null): Sentence {
  if (holder === null) return sharedTexts.state.late();
  if (holder.kind === 'session') return sharedTexts.lateSession(holder.who, String(holder.pid));
  return sharedTexts.latePrepared(holder.database, holder.gid.replaceAll("'", "''"));
}

/** So long a callback URL may take to be known to the others. */
const mintMs = 4000;
/** How often it is looked whether the state is another one. */
const lookEveryMs = 1000;

/**
 * What the database says that it is; where it is away or refuses, what it said last, unless nothing may be answered without
 * it. A machine that starts in the night in which its password was changed takes callbacks all the same.
 */
async function identify(
  database: Database,
  file: string,
  { answer }: SharedConfig,
  machine: NamedNode,
): Promise<{ readonly kept: KeptShared; readonly isReached: boolean; readonly name: string; readonly why: unknown }> {
  const session = database.session('setup');
  const before = await readKept(file);
  try {
    const identity = await migrate(session);
    const name = await claimName(session, machine);
    const isSame = before?.identity.id === identity.id;
    const kept = { identity, sent: isSame ? before.sent : null, sentSeq: isSame ? before.sentSeq : null };
    await writeKept(file, kept);
    return { kept, isReached: true, name, why: null };
  } catch (error) {
    const isForNow = error instanceof DatabaseAway || isDatabaseRefusal(error);
    if (!isForNow || answer !== 'local' || before === null) throw unusable(error);
    return { kept: before, isReached: false, name: machine.chosen ?? machine.host, why: error };
  } finally {
    await session.close();
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

/** An index of events that the log has lost: each would be counted again when its machine sends it anew. */
async function clearForeign(indexDir: string, shared: SharedLog, log: Log): Promise<void> {
  const cursor = await keptPlace(indexDir);
  if (cursor === null || (await shared.knows(cursor))) return;
  log.warn({ indexDir }, 'the shared log is not the one that the index was made of; the index is made anew');
  await rm(indexDir, { recursive: true, force: true });
  await makeFolder(indexDir);
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

const handlesVideos = (roles: readonly Role[]): boolean => roles.includes('download') || roles.includes('gallery');
