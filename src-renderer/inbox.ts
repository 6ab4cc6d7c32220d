import { createContext, useContext } from 'react';
import type { DesktopApi } from '../src-main/common/desktop-api.ts';
import type { RendererClient } from './client/renderer-client.ts';
import { type Format } from './format/format.ts';
import type { PosterQueue } from './posters/poster-queue.ts';
import type { Router } from './router/router.ts';
import type { Actions } from './store/actions.ts';
import type { Announcer } from './store/announcer.ts';
import type { InboxStateStore } from './store/inbox-state.ts';
import type { KeptTexts } from './store/kept-texts.ts';
import type { LabelStore } from './store/labels.ts';
import type { MissingFiles } from './store/missing-files.ts';
import type { NoticeBoard } from './store/notice-board.ts';
import type { Places } from './store/places.ts';
import type { PrefsStore } from './store/prefs.ts';
import type { SelectionStore } from './store/selection.ts';
import type { ProgressStore } from './store/progress.ts';
import type { Store } from './store/store.ts';
import type { TaskList } from './store/task-list.ts';

/** Everything that a component may need, wired once in `create-inbox-page.ts`. */
export interface InboxPage {
  readonly client: RendererClient;
  readonly desktop: DesktopApi | null;
  readonly router: Router;
  readonly state: InboxStateStore;
  readonly list: TaskList;
  readonly selection: SelectionStore;
  readonly places: Places;
  readonly labels: LabelStore;
  readonly progress: ProgressStore;
  readonly missing: MissingFiles;
  readonly posters: PosterQueue;
  readonly prefs: PrefsStore;
  /** By this browser. */
  readonly kept: KeptTexts;
  /** As long as the tab. */
  readonly keptInTab: KeptTexts;
  readonly announcer: Announcer;
  readonly actions: Actions;
  readonly format: Format;
  /** The present to the half minute, for ages. */
  readonly now: Pick<Store<number>, 'get' | 'subscribe'>;
  readonly notices: NoticeBoard;
  readonly describe: (error: unknown) => string;
}

export const InboxPageContext = createContext<InboxPage | null>(null);

export function useInbox(): InboxPage {
  const inbox = useContext(InboxPageContext);
  if (inbox === null) throw new Error('useInbox needs an InboxContext around it');
  return inbox;
}
