/** Who acts on a change of a task, in this order. */
import { isToldInTrash } from '../../common/fold.ts';
import type { Task } from '../../common/model.ts';
import { hasWaitingVideo, linksAside, type TaskTraits } from '../../common/task-traits.ts';
import type { TakingTurns } from '../in-turns.ts';
import type { Library } from '../projections/library.ts';
import type { TaskGlance } from '../projections/task-facts.ts';
import type { DigestKeeper } from '../reactors/digest.ts';
import type { ExpiryLedger, Mortal } from '../reactors/expiry-ledger.ts';
import type { Hooks } from '../reactors/hooks.ts';
import type { Reactor } from '../reactors/reactors.ts';
import type { ClosedLoop } from './closed-loop.ts';
import type { DownloadPlan } from './downloads/download-plan.ts';
import type { SecondLooks } from './downloads/second-looks.ts';
import type { SourceArchive } from './downloads/source-archive.ts';
import type { Removals } from './acts/removals.ts';
import type { TaskActs } from './acts/task-acts.ts';

export interface TaskReactorPorts {
  readonly library: Pick<Library, 'newestFirst' | 'newestInTurns' | 'renew'>;
  readonly loop: Pick<ClosedLoop, 'onChange' | 'corrected' | 'holds' | 'start' | 'lives'> & {
    readonly client: Pick<ClosedLoop['client'], 'hasKey'>;
  };
  readonly hooks: Pick<Hooks, 'onChange'> & { catchUp(turns: TakingTurns): Promise<void> };
  readonly digest: Pick<DigestKeeper, 'begin' | 'onChange'>;
  readonly plan: Pick<DownloadPlan, 'consider'>;
  readonly looks: Pick<SecondLooks, 'onChange' | 'catchUp'>;
  /** Ends the waits of a task's downloads for their next attempt. */
  readonly retryNow: (key: string) => void;
  readonly archive: Pick<SourceArchive, 'consider' | 'dropped'>;
  readonly now: () => number;
  readonly expiry: Pick<ExpiryLedger, 'consider' | 'forget'>;
  readonly acts: Pick<TaskActs, 'restore'>;
  readonly removals: Pick<Removals, 'left' | 'takeUp'>;
  /** Removes films that came inside callbacks and that no video waits for. @param wanted Links that are. */
  readonly sweepFilms: (wanted: () => Promise<ReadonlySet<string>>) => void;
  /** Tells the pages and the hosts. @param isOfMany see `ChangeFeed`. */
  readonly changed: (key: string, isOfMany: boolean) => void;
  readonly onTrouble: (key: string, error: unknown) => void;
}

/** Inputs of older tasks have died by the next start. */
const inputsSinceMs = 3 * 86_400_000;

/** No link of a provider lives longer. */
const linksLiveMs = 31 * 86_400_000;

/** Of all videos that are not on disk, and of those that may be such yet. */
async function wantedLinks(
  library: Pick<Library, 'newestInTurns' | 'renew'>,
  turns: TakingTurns,
): Promise<ReadonlySet<string>> {
  // An index that an earlier version made does not tell which tasks have some.
  await library.renew();
  const links = new Set<string>();
  const isOpen = ({ head, wantsFiles }: TaskGlance): boolean =>
    wantsFiles || head.videos.some(({ state }) => state !== 'saved');
  for await (const task of turns(library.newestInTurns(isOpen))) {
    for (const { url, state } of task.videos) if (state !== 'saved') links.add(url);
    for (const link of linksAside(task)) links.add(link);
  }
  return links;
}

export function taskReactors({
  library,
  loop,
  hooks,
  digest,
  plan,
  looks,
  retryNow,
  archive,
  now,
  expiry,
  acts,
  removals,
  sweepFilms,
  changed,
  onTrouble,
}: TaskReactorPorts): readonly Reactor[] {
  // Field by field: a task has some thirty, and this is made at each change.
  const asLearned = (task: Task): Mortal => ({
    key: task.key,
    expiresAt: loop.lives.endOf(task),
    needsApiKey: task.needsApiKey,
    trashedAt: task.trashedAt,
    videos: task.videos,
  });
  const considerEnd = (key: string, task: Task | null): void => {
    if (task === null) expiry.forget(key);
    else expiry.consider(asLearned(task));
  };
  const needsPerson = ({ trust, trashedAt, needsApiKey, videos, provider }: Task): boolean =>
    trashedAt === null &&
    (trust === 'conflicting' || (needsApiKey && videos.length === 0 && !loop.client.hasKey(provider)));
  const isInTrash = (task: Task): boolean => task.trashedAt !== null;
  return [
    // Before downloads: what the provider is asked to confirm is fetched when it has answered.
    {
      name: 'asking',
      onChange: (change) => loop.onChange(change),
      onCorrected: (key, task) => loop.corrected(key, task),
      catchUp: (turns) => loop.start(turns),
    },
    {
      name: 'downloads',
      onChange({ event, key, task }) {
        if (task === null || loop.holds(key)) return;
        // Its films come with it.
        if (event.type === 'result' && event.source === 'import') return;
        plan.consider(task, event.type === 'result' ? (event.evidence?.urlId ?? null) : null, loop.lives.endOf(task));
        // Whoever asked may have done so on another machine.
        if (event.type === 'video-queued' && event.atOnce === true) retryNow(key);
      },
      onCorrected(key, task) {
        if (task !== null && !loop.holds(key)) plan.consider(task, null, loop.lives.endOf(task));
      },
      async catchUp(turns) {
        for await (const task of turns(library.newestInTurns(({ wantsFiles }) => wantsFiles))) {
          plan.consider(task, null, loop.lives.endOf(task));
        }
        sweepFilms(() => wantedLinks(library, turns));
      },
    },
    {
      name: 'second looks',
      onChange: (change) => looks.onChange(change),
      catchUp: (turns) => looks.catchUp(turns),
    },
    {
      // Behind the results: an input is kept, and never waited for.
      name: 'inputs',
      onChange({ event, key, task }) {
        if (task === null || event.type === 'trashed') {
          archive.dropped(key);
          return;
        }
        if ((event.type !== 'result' && event.type !== 'watched' && event.type !== 'restored') || loop.holds(key))
          return;
        if (event.type === 'result' && (event.source === 'import' || event.source === 'reread')) return;
        archive.consider(task, event.type === 'result' ? (event.evidence?.urlId ?? null) : null);
      },
      async catchUp(turns) {
        const since = now() - inputsSinceMs;
        const tasks = library.newestInTurns(({ receivedMs }) => receivedMs > since);
        for await (const task of turns(tasks)) archive.consider(task);
      },
    },
    {
      name: 'expiry',
      onChange: ({ key, task }) => considerEnd(key, task),
      onCorrected: considerEnd,
      async catchUp(turns) {
        const isOpen = (head: TaskTraits): boolean =>
          head.trashedAt === null &&
          head.state !== 'failed' &&
          (head.videos.length === 0 || head.videos.some(({ state }) => state !== 'saved' && state !== 'expired'));
        const since = now() - linksLiveMs;
        const tasks = library.newestInTurns(({ head, receivedMs }) => receivedMs > since && isOpen(head));
        for await (const task of turns(tasks)) expiry.consider(asLearned(task));
      },
    },
    {
      name: 'digest',
      onChange: (change) => digest.onChange(change, change.task !== null && needsPerson(change.task)),
      catchUp() {
        const [newest] = library.newestFirst();
        digest.begin(newest?.updatedAt ?? null);
      },
    },
    { name: 'hooks', onChange: (change) => hooks.onChange(change), catchUp: (turns) => hooks.catchUp(turns) },
    {
      name: 'pages',
      hearsLabels: true,
      onChange: ({ event, key }) => changed(key, 'keys' in event && event.keys.length > 1),
    },
    {
      // A new video of a task that lies in the trash was paid for all the same, so the task comes back.
      name: 'trash',
      onChange({ event, key, task }) {
        if (event.type !== 'result' || task === null || !isInTrash(task) || !hasWaitingVideo(task)) return;
        acts.restore([key]).catch((error: unknown) => onTrouble(key, error));
      },
      // A stop may have come between the callback and that.
      async catchUp(turns) {
        const isWaiting = (head: TaskTraits): boolean => head.trashedAt !== null && hasWaitingVideo(head);
        for await (const task of turns(library.newestInTurns(({ head }) => isWaiting(head)))) {
          if (isToldInTrash(task)) await acts.restore([task.key]).catch((error: unknown) => onTrouble(task.key, error));
        }
      },
    },
    {
      // On each machine, whatever its roles: the one that was asked to remove them knows the files.
      name: 'removals',
      onChange({ event, key }) {
        if (event.type === 'purged') removals.left(key).catch((error: unknown) => onTrouble(key, error));
      },
      catchUp: () => removals.takeUp(),
    },
  ];
}
