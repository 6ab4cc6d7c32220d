/** What `video-inbox status` tells. */
import type { Status } from '../../../common/status.ts';
import { providerTextsEn } from '../../../common/texts/en-providers.ts';
import { sharedTexts } from '../../../common/texts/en-shared.ts';
import { told } from '../../../common/texts/sentence.ts';
import type { RequestService } from '../../callbacks/requests/request-service.ts';
import type { Library } from '../../projections/library.ts';
import type { LostHooks } from '../../reactors/hook-book.ts';
import type { Hooks } from '../../reactors/hooks.ts';
import type { Submission } from '../../submissions/submission-book.ts';
import { freeBytes } from '../../storage/free-bytes.ts';
import type { StorageWatch } from './storage-watch.ts';

export interface StatusPorts {
  readonly dataDir: string;
  readonly library: Pick<Library, 'statusCounts'>;
  /** How many videos are being fetched. */
  readonly downloading: () => number;
  readonly storage: Pick<StorageWatch, 'statusNow'>;
  readonly requests: Pick<RequestService, 'summary'>;
  readonly tunnel: () => Status['tunnel'];
  readonly watch: () => Status['watch'];
  /** That have not ended well, newest first. */
  readonly orders: () => readonly Pick<Submission, 'state' | 'intendedAt'>[];
  readonly now: () => Date;
  readonly hooks: Pick<Hooks, 'lost'>;
  /** `null` where nobody shares the log. */
  readonly shared: { status(): NonNullable<Status['shared']> } | null;
  /** It shared a log before, and does not now. */
  readonly isApart: boolean;
  /** `null` where the videos are on the disk. */
  readonly shelf: { status(): NonNullable<Status['shelf']> } | null;
}

/** As long as the page names them: later, whoever looked at the provider's list knows. */
const doubtMs = 7 * 24 * 3_600_000;

export function createStatus(ports: StatusPorts): () => Promise<Status> {
  function orderTrouble(orders: readonly Pick<Submission, 'state' | 'intendedAt'>[]): Pick<Status, 'orders'> {
    const from = ports.now().getTime() - doubtMs;
    const inDoubt = orders.filter(({ state, intendedAt }) => state === 'unknown' && Date.parse(intendedAt) > from);
    const first = inDoubt.at(-1);
    if (first === undefined) return {};
    const sentence = told(providerTextsEn.ordersInDoubt(inDoubt.length));
    return { orders: { inDoubt: inDoubt.length, since: first.intendedAt, ...sentence } };
  }

  return async () => {
    const { tasks, videos } = ports.library.statusCounts();
    const downloading = ports.downloading();
    return {
      pid: process.pid,
      dataDir: ports.dataDir,
      tasks,
      videos: { ...videos, queued: Math.max(0, videos.queued - downloading), downloading },
      // Asked for most of all where the folder is gone.
      diskFreeBytes: await freeBytes(ports.dataDir).catch(() => 0),
      requests: ports.requests.summary(),
      storage: await ports.storage.statusNow(),
      tunnel: ports.tunnel(),
      watch: ports.watch(),
      ...orderTrouble(ports.orders()),
      ...hookTrouble(ports.hooks.lost()),
      ...(ports.shared === null ? {} : { shared: ports.shared.status() }),
      ...(ports.isApart ? { apart: told(sharedTexts.apart) } : {}),
      ...(ports.shelf === null ? {} : { shelf: ports.shelf.status() }),
    };
  };
}

function hookTrouble({ webhooks, why, commands }: LostHooks): Pick<Status, 'hooks'> {
  if (webhooks === 0 && commands === 0) return {};
  const { hookTest, hookLost, commandLost } = providerTextsEn;
  const sentence = webhooks === 0 ? commandLost(commands) : hookLost(webhooks, hookTest(why.code, why.status));
  return { hooks: { webhooks, commands, ...told(sentence) } };
}
