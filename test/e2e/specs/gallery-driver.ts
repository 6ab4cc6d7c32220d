import type { Page } from 'playwright-core';
import type { Args, CallName, CallResult } from '../../../src-main/common/contract.ts';
import type { TaskView } from '../../../src-main/common/task-view.ts';
import type { Reply } from '../../support/http-request.ts';
import type { VideoServer } from '../../support/video-server.ts';

/** A gallery on the screen, in a browser or in the desktop window, and the inbox behind it: what each spec is given. */
export interface GalleryDriver {
  /** Already shows the gallery of an empty inbox, 1280 by 800, with the spec's own wishes applied. */
  readonly page: Page;
  /** Serves videos that the inbox may fetch. */
  readonly media: VideoServer;
  /** What the page complained of so far; a spec that provokes a complaint may take it out. */
  readonly complaints: string[];
  readonly postCallback: (body: unknown) => Promise<Reply>;
  readonly call: <K extends CallName>(name: K, ...args: Args<K>) => Promise<CallResult<K>>;
  readonly waitForTask: (taskId: string, until: (task: TaskView) => boolean) => Promise<TaskView>;
}

/** How the person has set up their machine. */
export interface Wishes {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  readonly reducedMotion?: 'reduce' | 'no-preference';
}

export interface Spec {
  readonly name: string;
  readonly wishes?: Wishes;
  /** Whether it needs an inbox in which nothing ever happened: one that counts requests or sums, or leaves settings. */
  readonly isNew?: boolean;
  /** Whether it shows what the desktop program does in its own way, which its double can show: calls, events, films. */
  readonly inDouble?: boolean;
  /** The first major version of Chromium that has what the looks of this need. */
  readonly chromium?: number;
  readonly run: (driver: GalleryDriver) => Promise<void>;
}
