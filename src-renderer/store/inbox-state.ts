import type { AppInfo, CallbackUrl, Counts, InboxEvent, TunnelStatus } from '../../src-main/common/contract.ts';
import type { Call, Connection } from '../client/renderer-client.ts';
import { createStore, type Store } from './store.ts';

/** What the shell shows; `null` = not known yet. */
export interface InboxState {
  readonly info: AppInfo | null;
  readonly counts: Counts | null;
  readonly tunnel: TunnelStatus | null;
  readonly callback: CallbackUrl | null;
  /** Nobody fetches anything until someone resumes. */
  readonly paused: boolean;
  readonly connection: Connection;
}

export interface InboxStateStore extends Pick<Store<InboxState>, 'get' | 'subscribe'> {
  receive(event: InboxEvent): void;
  setConnection(connection: Connection): void;
  load(): void;
}

/** @param report is told when something could not be asked for. */
export function createInboxState(call: Call, report: (error: unknown) => void): InboxStateStore {
  const store = createStore<InboxState>({
    info: null,
    counts: null,
    tunnel: null,
    callback: null,
    paused: false,
    connection: 'online',
  });
  const change = (next: Partial<InboxState>) => store.update((state) => ({ ...state, ...next }));
  const ask = (question: Promise<Partial<InboxState>>) => {
    question.then(change).catch(report);
  };

  const askUrl = () => ask(call('callback:url').then((callback) => ({ callback })));
  return {
    get: store.get,
    subscribe: store.subscribe,
    setConnection: (connection) => change({ connection }),
    load() {
      ask(call('app:info').then((info) => ({ info })));
      ask(call('tasks:counts').then((counts) => ({ counts })));
      ask(call('settings:get').then(({ downloadsPaused }) => ({ paused: downloadsPaused })));
      // Shown together: the light decides how the button beside it looks.
      const status = call('app:status').then(({ tunnel }) => ({ tunnel }));
      const url = call('callback:url').then((callback) => ({ callback }));
      Promise.all([status, url])
        .then(([tunnel, callback]) => change({ ...tunnel, ...callback }))
        .catch(() => [status, url].forEach(ask));
    },
    receive(event) {
      switch (event.name) {
        case 'tasks:changed':
        case 'tasks:removed':
          change({ counts: event.data.counts });
          break;
        case 'tunnel:changed':
          change({ tunnel: event.data });
          askUrl();
          break;
        case 'settings:changed':
          change({ paused: event.data.downloadsPaused });
          break;
        case 'resync':
          this.load();
          break;
        case 'video:progress':
        case 'library:moving':
        case 'library:checking':
          break;
      }
    },
  };
}
