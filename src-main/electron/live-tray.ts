/** The menu of the tray and the number on the icon, as the inbox is now. */
import type { InboxEvent } from '../common/contract.ts';
import type { Counts } from '../common/task-query.ts';
import type { TaskView } from '../common/task-view.ts';
import type { Inbox } from '../node/inbox/inbox.ts';
import { isProgress } from '../node/local-server/ui-events.ts';
import type { Log } from '../node/log/log.ts';
import type { Badge } from './badge.ts';
import type { InboxTray } from './tray.ts';

export interface LiveTray {
  hear(event: InboxEvent): void;
  renew(): Promise<void>;
  /** Once for all that happens within a moment. */
  renewSoon(): void;
  close(): void;
}

export interface LiveTrayPorts {
  readonly inbox: Pick<Inbox, 'dispatch' | 'isPaused' | 'status'>;
  readonly tray: InboxTray;
  readonly badge: Badge;
  readonly log: Log;
}

const renewalMs = 300;
const recentTasks = 5;

export function createLiveTray({ inbox, tray, badge, log }: LiveTrayPorts): LiveTray {
  let timer: NodeJS.Timeout | null = null;

  async function renew(): Promise<void> {
    const [status, recent, counts] = await Promise.all([
      inbox.status(),
      inbox.dispatch('tasks:list', [{ state: 'succeeded', limit: recentTasks }]),
      inbox.dispatch('tasks:counts', []),
    ]);
    const unseen = counts.ok ? (counts.value as Counts).inbox : 0;
    badge.setUnseen(unseen);
    const tasks = recent.ok ? (recent.value as TaskView[]) : [];
    const { tunnel, storage, shelf } = status;
    tray.update({ tunnel, storage, shelf, recent: tasks, unseen, paused: inbox.isPaused() });
  }

  function renewSoon(): void {
    timer ??= setTimeout(() => {
      timer = null;
      renew().catch((error: unknown) => log.warn({ error }, 'The menu of the tray could not be renewed.'));
    }, renewalMs);
  }

  return {
    hear(event) {
      badge.hear(event);
      if (!isProgress(event)) renewSoon();
    },
    renew,
    renewSoon,
    close() {
      if (timer !== null) clearTimeout(timer);
      tray.destroy();
    },
  };
}
