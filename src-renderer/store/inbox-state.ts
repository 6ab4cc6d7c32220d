import type { AppInfo, CallbackUrl, SettingsView } from '../../src-main/common/contract.ts';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { SharedGlance, SharedStatus } from '../../src-main/common/shared-status.ts';
import type { ShelfStatus } from '../../src-main/common/shelf-status.ts';
import type { StorageStatus, TunnelStatus } from '../../src-main/common/status.ts';
import type { Counts } from '../../src-main/common/task-query.ts';
import type { RequestSummary } from '../../src-main/common/requests.ts';
import type { MaybeTold } from '../../src-main/common/texts/sentence.ts';
import { typeCommandsAs } from '../../src-main/common/texts/typed.ts';
import type { Call, Connection } from '../client/renderer-client.ts';
import { createStore, type Store } from './store.ts';

/** What the shell shows; `null` = not known yet. */
export interface InboxState {
  readonly info: AppInfo | null;
  readonly counts: Counts | null;
  readonly tunnel: TunnelStatus | null;
  readonly callback: CallbackUrl | null;
  readonly requests: RequestSummary | null;
  readonly storage: StorageStatus | null;
  /** How the shelf of videos on S3 is; `null` also where they are on the disk. */
  readonly shelf: ShelfStatus | null;
  /**
   * How it stands with the log that several machines share; `null` where this one is alone. `gap`: the log is well, and
   * something is to be said of the machines all the same.
   */
  readonly shared: SharedStatus['state'] | 'gap' | null;
  /** Nobody fetches anything until someone resumes. */
  readonly paused: boolean;
  /** Why settings or keys are not in use as the person chose them. */
  readonly problem: MaybeTold | null;
  readonly connection: Connection;
  /** The page is of another version than the inbox that answers now: it was updated meanwhile. */
  readonly isOutdated: boolean;
  /** Another language was chosen in another tab: sentences are read once. */
  readonly speaksOther: boolean;
}

export interface InboxStateStore extends Pick<Store<InboxState>, 'get' | 'subscribe'> {
  receive(event: PageEvent): void;
  setConnection(connection: Connection): void;
  setSpeaksOther(speaksOther: boolean): void;
  load(): void;
}

function atGlance({ state, isTold }: SharedGlance): SharedStatus['state'] | 'gap' {
  return state === 'ok' && isTold ? 'gap' : state;
}

export function problemOf({ problem, problemText }: Pick<SettingsView, 'problem' | 'problemText'>): MaybeTold {
  return { message: problem, ...(problemText === undefined ? {} : { text: problemText }) };
}

/** @param report is told when something could not be asked for. */
export function createInboxState(call: Call, report: (error: unknown) => void): InboxStateStore {
  const store = createStore<InboxState>({
    info: null,
    counts: null,
    tunnel: null,
    callback: null,
    requests: null,
    storage: null,
    shelf: null,
    shared: null,
    paused: false,
    problem: null,
    connection: 'online',
    isOutdated: false,
    speaksOther: false,
  });
  const change = (next: Partial<InboxState>) => store.update((state) => ({ ...state, ...next }));

  /** How often each part was asked for or told. Answers and events overtake each other on their way here. */
  const turns = new Map<keyof InboxState, number>();
  /** @returns what takes over the news, unless something newer was asked for or told meanwhile. */
  function awaiting<K extends keyof InboxState>(part: K): (value: InboxState[K]) => void {
    const mine = (turns.get(part) ?? 0) + 1;
    turns.set(part, mine);
    return (value) => {
      if (turns.get(part) === mine) change({ [part]: value });
    };
  }

  function askUrl(): void {
    call('callback:url').then(awaiting('callback')).catch(report);
  }

  /** The light and the URL come together, since the light decides how the button beside the URL looks. */
  function askTunnel(): void {
    const [tunnel, callback, requests] = [awaiting('tunnel'), awaiting('callback'), awaiting('requests')];
    const storage = awaiting('storage');
    const shelf = awaiting('shelf');
    const shared = awaiting('shared');
    const [status, url] = [call('app:status'), call('callback:url')];
    const settled = Promise.allSettled([status, url]);
    status
      .then((told) => {
        requests(told.requests);
        storage(told.storage);
        shelf(told.shelf ?? null);
        shared(told.shared === undefined ? null : atGlance({ ...told.shared, isTold: told.shared.message !== null }));
        return settled.then(() => tunnel(told.tunnel));
      })
      .catch(report);
    url.then((value) => settled.then(() => callback(value))).catch(report);
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    setConnection: (connection) => change({ connection }),
    setSpeaksOther: (speaksOther) => change({ speaksOther }),
    load() {
      const paused = awaiting('paused');
      const info = awaiting('info');
      call('app:info')
        .then((told) => {
          typeCommandsAs(told.command);
          const version = store.get().info?.version ?? told.version;
          if (version !== told.version) change({ isOutdated: true });
          info(told);
        })
        .catch(report);
      call('tasks:counts').then(awaiting('counts')).catch(report);
      const problem = awaiting('problem');
      call('settings:get')
        .then((view) => {
          paused(view.downloadsPaused);
          problem(problemOf(view));
        })
        .catch(report);
      askTunnel();
    },
    receive(event) {
      switch (event.name) {
        case 'tasks:changed':
        case 'tasks:removed':
          awaiting('counts')(event.data.counts);
          break;
        case 'tunnel:changed':
          awaiting('tunnel')(event.data);
          askUrl();
          break;
        case 'storage:changed':
          awaiting('storage')(event.data);
          break;
        case 'shelf:changed':
          awaiting('shelf')(event.data);
          break;
        case 'shared:changed':
          awaiting('shared')(atGlance(event.data));
          break;
        case 'settings:changed':
          awaiting('paused')(event.data.downloadsPaused);
          awaiting('problem')(problemOf(event.data));
          break;
        case 'requests:changed':
          awaiting('requests')(event.data);
          break;
        case 'resync':
          if (event.data.counts === undefined) this.load();
          else awaiting('counts')(event.data.counts);
          break;
        case 'video:progress':
        case 'library:moving':
        case 'library:checking':
        case 'notice:show':
        case 'links:dying':
        case 'upload:progress':
          break;
      }
    },
  };
}
