/**
 * Who is told of a change of a task, and who acts on it. Those who tell are there before those who work, so that they
 * are closed after them and tell the last of it.
 */
import type { Task } from '../../common/model.ts';
import type { DownloadJob, Downloads, QueueWait } from '../downloads/downloads.ts';
import { sweepInlineFilms } from '../downloads/inline-films.ts';
import { takingTurns } from '../in-turns.ts';
import type { Library } from '../projections/library.ts';
import { createDigest, type DigestKeeper } from '../reactors/digest.ts';
import { createExpiryLedger } from '../reactors/expiry-ledger.ts';
import { openHookBook } from '../reactors/hook-book.ts';
import { createHooks, type Hooks } from '../reactors/hooks.ts';
import { startReactors, type Reactor, type Reactors } from '../reactors/reactors.ts';
import { createClock } from '../clock.ts';
import { createBurstBacklog, type BurstBacklog } from './downloads/burst-backlog.ts';
import type { InboxBase } from './inbox-base.ts';
import type { LiveWorkBoard } from './telling/live-work.ts';
import { needsRole, type SharedRights } from './machines/shared-work.ts';
import { taskReactors, type TaskReactorPorts } from './task-reactors.ts';
import type { ToTaskView } from './telling/task-view.ts';
import { createToldTasks, type ToldTasks } from './telling/told-tasks.ts';

export interface ReactorSidePorts {
  readonly library: Library;
  readonly toTaskView: ToTaskView;
  /** Of the log that machines share; `null` where none is shared. */
  readonly logId: string | null;
  /** What brings videos to a copy; `null` where this is none. */
  readonly twin: { readonly media: Reactor } | null;
  /** `null` where nobody shares the work. */
  readonly turns: { tellsHooks(): boolean } | null;
  readonly rights: Pick<SharedRights, 'keepsInputs'> | null;
}

export interface ReactorSide {
  readonly told: ToldTasks;
  readonly digest: DigestKeeper;
  readonly hooks: Hooks;
  /** It is this machine's turn to tell hooks. @param goneMs so long at most nobody did. */
  tellingTaken(goneMs: number): void;
  /** It is this machine's turn to keep inputs: what came while it was nobody's waits yet. */
  inputsTaken(): void;
  /** All act from now on: fewer in a copy, and where machines share the work. */
  start(
    work: Pick<TaskReactorPorts, 'loop' | 'plan' | 'looks' | 'archive' | 'acts' | 'removals'> & {
      readonly downloads: Pick<Downloads, 'waiting' | 'waitOf' | 'paused' | 'retryNow'>;
      readonly live: Pick<LiveWorkBoard, 'add'>;
    },
  ): Reactors;
}

export function openReactorSide(base: InboxBase, ports: ReactorSidePorts): ReactorSide {
  const { closers, config, dir, log, now, publish, secrets, settings } = base;
  const { library, rights, toTaskView, turns, twin } = ports;
  const digest = createDigest(now);
  const hooks = createHooks({
    webhookUrl: () => settings.get().hooks.webhookUrl,
    secret: () => secrets.get('HOOK'),
    command: config.hookCommand,
    toTaskView,
    book: openHookBook(dir.webhooksFile, log, ports.logId),
    clock: createClock(),
    fetch: base.outgoing.fetch,
    log,
  });
  closers.add('hooks', () => hooks.close());
  const expiry = createExpiryLedger({
    clock: createClock(),
    warn(dying) {
      const links = dying.flatMap(({ key, diesAt }) => {
        const task = library.get(key);
        return task === undefined ? [] : [{ task: toTaskView(task), diesAt }];
      });
      log.warn({ links: links.length, first: dying[0] }, 'links of videos that are not saved die soon');
      publish({ name: 'links:dying', data: { links } });
    },
  });
  closers.add('expiry', () => expiry.close());
  let reactors: Reactors | null = null;
  let takeUpInputs: Reactor['catchUp'];
  let isOver = false;
  closers.add('reactors', () => {
    isOver = true;
    reactors?.stop();
  });
  const told = createToldTasks(library, toTaskView, publish, (key, error) =>
    log.error({ error, key }, 'a page or a host could not be told of a task'),
  );
  closers.add('feed', () => told.flush());

  function start({
    loop,
    plan,
    looks,
    archive,
    acts,
    removals,
    downloads,
    live,
  }: Parameters<ReactorSide['start']>[0]): Reactors {
    const later = (kind: DownloadJob['kind'], act: (task: Task, urlId: string) => void): BurstBacklog => {
      const backlog = createBurstBacklog({
        waiting: () => downloads.waiting(kind),
        act(key, urlId) {
          const task = library.get(key);
          if (task !== undefined && !loop.holds(key)) act(task, urlId);
        },
        onTrouble: (key, error) => log.error({ error, key }, 'what a burst has brought could not be taken up'),
      });
      closers.add(`backlog of ${kind}`, () => backlog.close());
      return backlog;
    };
    const keepInputs: typeof archive.consider = (task, urlId) => {
      if (rights?.keepsInputs() ?? true) archive.consider(task, urlId);
    };
    const videos = later('video', (task, urlId) => plan.consider(task, urlId, loop.lives.endOf(task)));
    const placeOf = (key: string): QueueWait | null =>
      videos.has(key) ? (downloads.paused ? 'paused' : 'places') : null;
    live.add({ waitOf: (key, n) => downloads.waitOf(key, n) ?? placeOf(key) });
    const inputs = later('source', keepInputs);
    /** What somebody vouches for does not wait behind what anyone may send. */
    const mayWait = ({ trust, trashedAt }: Task): boolean => trust === 'unsigned' && trashedAt === null;
    const all = taskReactors({
      library,
      loop,
      hooks: {
        onChange: (change) => hooks.onChange(change, turns?.tellsHooks() ?? true),
        // Where machines share the log, another one may have told what came last.
        catchUp: (inTurns) => hooks.catchUp(library, inTurns, turns === null),
      },
      digest,
      plan: {
        consider(task, urlId = null, diesAt) {
          if (urlId === null || !mayWait(task) || !videos.takes(task.key, urlId)) plan.consider(task, urlId, diesAt);
        },
      },
      looks,
      retryNow: (key) => void downloads.retryNow(key),
      archive: {
        consider(task, urlId = null) {
          if (urlId === null || !mayWait(task) || !inputs.takes(task.key, urlId)) keepInputs(task, urlId);
        },
        dropped: (key) => archive.dropped(key),
      },
      acts,
      removals,
      sweepFilms(wanted) {
        const wantedYet = async (): Promise<ReadonlySet<string>> => {
          const links = await wanted();
          if (isOver) throw new Error('closed before it was known');
          return links;
        };
        sweepInlineFilms(dir.root, wantedYet, now().getTime()).catch((error: unknown) =>
          log.warn({ error }, 'films of callbacks that nobody waits for could not be removed'),
        );
      },
      changed: (key, isOfMany) => told.changed(key, isOfMany),
      now: () => now().getTime(),
      expiry,
      onTrouble: (key, error) =>
        log.error({ error, key }, 'a task could not be taken out of the trash, or its files not be removed'),
    });
    takeUpInputs = all.find(({ name }) => name === 'inputs')?.catchUp;
    if (twin !== null && hooks.areWanted())
      log.warn({}, 'a copy calls no webhook and runs no command: the inbox elsewhere does that');
    // The inbox elsewhere asks, downloads and tells others; a copy only shows.
    const isForCopies = ({ name }: Reactor): boolean => ['pages', 'digest', 'removals'].includes(name);
    const isForRoles = ({ name }: Reactor): boolean => needsRole(name, config.roles);
    const acting = twin === null ? all.filter(isForRoles) : [...all.filter(isForCopies), twin.media];
    reactors = startReactors(library, acting, log);
    return reactors;
  }

  return {
    told,
    digest,
    hooks,
    tellingTaken(goneMs) {
      hooks
        .takeOver(library, goneMs, takingTurns)
        .catch((error: unknown) => log.error({ error }, 'what another machine was to tell could not be taken over'));
    },
    inputsTaken() {
      Promise.resolve(takeUpInputs?.(takingTurns)).catch((error: unknown) =>
        log.error({ error }, 'inputs that wait could not be taken up'),
      );
    },
    start,
  };
}
