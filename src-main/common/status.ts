/** How the inbox is: the shape of `video-inbox status --json`, and the parts that pages are told of one by one. */
import type { WatchSummary } from './loop-calls.ts';
import type { TaskState } from './model.ts';
import type { RequestSummary } from './requests.ts';
import type { SharedStatus } from './shared-status.ts';
import type { ShelfStatus } from './shelf-status.ts';
import type { StorageHealth } from './storage-health.ts';
import type { VideoViewState } from './task-view.ts';
import type { MaybeTold } from './texts/sentence.ts';

export type TunnelKind = 'none' | 'ngrok' | 'url';

export type TunnelState = 'offline' | 'connecting' | 'online' | 'degraded' | 'blocked';

/** With a sentence for the person: what is wrong and the next step. */
export interface TunnelStatus extends MaybeTold {
  readonly kind: TunnelKind;
  readonly state: TunnelState;
  readonly publicUrl: string | null;
  readonly callbackUrl: string;
  /** When a probe last came back through the public URL. */
  readonly provenAt: string | null;
  /** Of a copy: it is the light of another inbox, and what is to be done about it is done there. */
  readonly elsewhere?: true;
}

/** Whether what arrives can be kept, and a sentence for the person: what is wrong and the next step. */
export interface StorageStatus extends StorageHealth, MaybeTold {}

/** With a sentence for the person. */
export interface HookTrouble extends MaybeTold {
  readonly webhooks: number;
  readonly commands: number;
}

/** With a sentence for the person. */
export interface OrderTrouble extends MaybeTold {
  readonly inDoubt: number;
  /** When the first of them was ordered. ISO time. */
  readonly since: string;
}

/** The shape of `video-inbox status --json`. */
export interface Status {
  readonly pid: number;
  readonly dataDir: string;
  readonly tasks: Readonly<Record<'total' | TaskState, number>>;
  readonly videos: Readonly<Record<VideoViewState, number>>;
  readonly diskFreeBytes: number;
  readonly requests: RequestSummary;
  readonly storage: StorageStatus;
  readonly tunnel: TunnelStatus;
  /** Tasks whose end is waited for. */
  readonly watch: WatchSummary;
  /** Orders of the last week whose answer never came; only where there are some. */
  readonly orders?: OrderTrouble;
  /** What nobody was told of, though a hook was to, until the person has seen it; only where there is something. */
  readonly hooks?: HookTrouble;
  /** Only where several machines share a log. */
  readonly shared?: SharedStatus;
  /** Only where it was part of a shared log, and was started as one that stands alone. */
  readonly apart?: MaybeTold;
  /** Only where the videos are on S3. */
  readonly shelf?: ShelfStatus;
}
