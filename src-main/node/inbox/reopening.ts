/**
 * An inbox that is closed and opened anew, with other settings, beneath those who use it: windows, terminal, notices. Who
 * calls meanwhile waits for it; who listens goes on listening.
 */
import type { InboxEvent } from '../../common/contract.ts';
import type { TaskView } from '../../common/task-view.ts';
import type { Inbox } from './inbox.ts';

export interface Reopening {
  /** The same for ever; what it says of addresses may change. */
  readonly inbox: Inbox;
  /**
   * Closes in order what is open, and opens what `open` gives now, where that is another one by then.
   * @throws what kept it from opening; nothing is open then, and whoever calls waits no longer.
   */
  readonly reopen: () => Promise<void>;
}

export interface ReopeningPorts {
  /** Called for each opening, the one before being closed. */
  readonly open: () => Promise<Inbox>;
  /** True where `open` would give another inbox than the one that is open. */
  readonly isOutdated: () => boolean;
}

/** @throws what kept the first one from opening. */
export async function createReopening({ open, isOutdated }: ReopeningPorts): Promise<Reopening> {
  const listeners = new Set<(event: InboxEvent) => void>();
  const taskListeners = new Set<(task: TaskView) => void>();
  let latest: Inbox | null = null;
  let deaf: (() => void) | null = null;
  let isClosed = false;
  let current = await opened();
  /** Settled while one is open, and where none can be opened any more. */
  let changing: Promise<void> = Promise.resolve();

  async function opened(): Promise<Inbox> {
    const inbox = await open();
    inbox.subscribe((event) => {
      for (const listener of listeners) listener(event);
    });
    latest = inbox;
    hearTasks();
    return inbox;
  }

  /** Only where somebody listens: to show each task as it changes is a fortieth of what a callback costs. */
  function hearTasks(): void {
    deaf?.();
    deaf = null;
    if (latest === null || taskListeners.size === 0) return;
    deaf = latest.onTask((task) => {
      for (const listener of taskListeners) listener(task);
    });
  }

  async function exchange(): Promise<void> {
    if (isClosed || !isOutdated()) return;
    const before = current;
    await before.close();
    current = await opened();
    // As it was told by now: who pauses downloads meanwhile has told the one that is closed.
    current.setPaused(before.isPaused());
    const { tunnel } = await current.status();
    // Pages of a browser come back by themselves; a window does not hear that there was anything.
    current.announce({ name: 'tunnel:changed', data: tunnel });
    current.announce({ name: 'resync', data: {} });
  }

  async function now(): Promise<Inbox> {
    await changing;
    return current;
  }

  return {
    inbox: {
      dispatch: async (name, args) => (await now()).dispatch(name, args),
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      announce: (event) => current.announce(event),
      onTask(listener) {
        taskListeners.add(listener);
        if (deaf === null) hearTasks();
        return () => {
          taskListeners.delete(listener);
          if (taskListeners.size === 0) hearTasks();
        };
      },
      handleUi: async (request) => (await now()).handleUi(request),
      status: async () => (await now()).status(),
      callbackUrl: () => current.callbackUrl(),
      loopbackCallbackUrl: () => current.loopbackCallbackUrl(),
      galleryUrl: () => current.galleryUrl(),
      syncUrl: () => current.syncUrl(),
      ticketUrl: () => current.ticketUrl(),
      creditsThisMonth: async () => (await now()).creditsThisMonth(),
      posterFile: (key) => current.posterFile(key),
      videoPlace: async (key, n) => (await now()).videoPlace(key, n),
      setPaused: (paused) => current.setPaused(paused),
      isPaused: () => current.isPaused(),
      wake: () => current.wake(),
      async close() {
        isClosed = true;
        await changing;
        await current.close();
      },
    },
    reopen() {
      const exchanged = changing.then(exchange);
      changing = exchanged.catch(() => undefined);
      return exchanged;
    },
  };
}
