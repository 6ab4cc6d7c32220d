/** Calls of the closed loop: order, watch, ask, renew. A part of the contract. */
import type { Quality, TaskState } from './model.ts';
import type { Order, OrderProblem, SubmitForm } from './submit-form.ts';
import type { MaybeTold, Told } from './texts/sentence.ts';

/** A provider that orders can be sent to, or that can be asked. */
export interface ProviderView {
  readonly provider: string;
  readonly name: string;
  /** The secret that holds its key. */
  readonly keyName: string;
  readonly hasKey: boolean;
  readonly canSubmit: boolean;
  readonly needsModel: boolean;
}

export interface ModelView {
  readonly model: string;
  readonly title: string;
  readonly maker: string;
  readonly taskTypes: readonly string[];
  /** As published, in prose. */
  readonly price: string | null;
}

export type SubmittedView =
  | {
      readonly outcome: 'made';
      readonly id: string;
      readonly key: string;
      readonly taskId: string;
      /** Worth knowing, nothing that was refused. */
      readonly notes: readonly string[];
      /** The same for other languages. */
      readonly noteTexts?: readonly Told[];
    }
  | ({ readonly outcome: 'refused'; readonly id: string; readonly code: string } & Told)
  /** Not known whether it was made; never sent again by itself. */
  | ({ readonly outcome: 'unknown'; readonly id: string; readonly code: string } & Told);

export interface BatchReport {
  readonly batch: string;
  readonly results: readonly (SubmittedView | ({ readonly outcome: 'not-sent' } & Told))[];
  readonly made: number;
  readonly refused: number;
  readonly unknown: number;
  readonly notSent: number;
  /** Credits before and after, where the provider tells. */
  readonly creditsBefore: number | null;
  readonly creditsAfter: number | null;
}

/** The same was ordered, and paid, before. */
export interface MadeBefore {
  /** Of the task that came of it. */
  readonly key: string;
  /** When it was ordered. ISO time. */
  readonly at: string;
}

export interface Outlook {
  /** Of 100 orders of the last day so many went well, as the provider tells; `null` where it does not. */
  readonly successPercent: number | null;
  readonly usualMs: number;
  /** Credits of the last ones that came here; `null` before the first one. */
  readonly usualCredits: number | null;
}

/** An order that is on its way, was refused, or of which nobody knows what became. */
export interface SubmissionView extends MaybeTold {
  readonly id: string;
  readonly provider: string;
  readonly model: string | null;
  readonly prompt: string | null;
  readonly sources: readonly string[];
  readonly input: Readonly<Record<string, unknown>>;
  readonly project: string | null;
  readonly intendedAt: string;
  readonly state: 'intended' | 'made' | 'refused' | 'unknown';
  readonly taskId: string | null;
}

export interface AskView extends Told {
  readonly key: string;
  /** `answered`, `pending`, or why nothing could be learned. */
  readonly code: string;
  readonly state: TaskState;
  readonly nextAt: string | null;
}

export interface WatchView {
  readonly key: string;
  readonly provider: string;
  readonly taskId: string;
  readonly prompt: string | null;
  /** A picture of it, or of what it is made from; `n` from 1. */
  readonly picture:
    | { readonly kind: 'poster'; readonly version: string }
    | { readonly kind: 'image' | 'film'; readonly n: number }
    | null;
  readonly since: string;
  /** Milliseconds that a task of this model usually takes. */
  readonly usualMs: number;
  readonly isOverdue: boolean;
  /** It is made, and only the key opens it. */
  readonly isReady: boolean;
  readonly askedAt: string | null;
  readonly nextAskAt: string | null;
  /** Why it cannot be asked about; a sentence, or `null`. */
  readonly problem: string | null;
  readonly problemText?: Told['text'];
}

/** `status --json` `watch`. */
export interface WatchSummary {
  readonly pending: number;
  readonly overdue: number;
  readonly nextAskAt: string | null;
}

export interface HookTest extends Told {
  readonly ok: boolean;
}

/** What happened while the inbox was not awake; keys of tasks. */
export interface Digest {
  /** When it was last awake; `null` where nobody knows. */
  readonly since: string | null;
  readonly came: readonly string[];
  /** Over a link that was renewed. */
  readonly rescued: readonly string[];
  readonly failed: readonly string[];
  readonly lost: readonly string[];
  /** Two answers that disagree, or a film for which a key is missing: nothing goes on without the person. */
  readonly needsYou: readonly string[];
  /** As far as the providers tell. */
  readonly spentCredits: number | null;
}

export interface LoopCalls {
  /** `null` where nothing happened meanwhile, or it was seen. */
  'digest:get': () => Digest | null;
  'digest:dismiss': () => null;
  /** Sends one signed webhook now. */
  'hooks:test': () => HookTest;
  /** What nobody was told of has been seen: the status tells it no more. */
  'hooks:forgetLost': () => null;
  'watch:add': (
    provider: string,
    taskId: string,
    options: { readonly model: string | null; readonly project: string | null },
  ) => { readonly key: string; readonly notice: string | null; readonly noticeText?: Told['text'] };
  'watch:remove': (key: string) => null;
  /** Longest overdue first. */
  'watch:list': () => readonly WatchView[];
  /** Asks the provider about it now; by key or task id. */
  'tasks:ask': (keyOrTaskId: string) => AskView;
  /** Asks the provider for a larger version of a finished video. @param n From 1, as listed. */
  'tasks:upgrade': (key: string, n: number, quality: Quality) => null;
  'providers:list': () => readonly ProviderView[];
  /** Credits left; `null` where the provider does not tell. */
  'providers:balance': (provider: string) => { readonly credits: number | null };
  /** What is known before anything is paid for. */
  'submissions:outlook': (provider: string, model: string | null) => Outlook;
  'submissions:models': () => readonly ModelView[];
  'submissions:form': (provider: string, model: string | null) => SubmitForm;
  'submissions:check': (order: Order) => readonly OrderProblem[];
  /** For each order the newest one that was the same: provider, model, prompt, fields and the bytes of its inputs. */
  'submissions:madeBefore': (orders: readonly Order[]) => readonly (MadeBefore | null)[];
  'submissions:send': (order: Order) => SubmittedView;
  'submissions:sendMany': (orders: readonly Order[], options: { readonly budgetCredits: number | null }) => BatchReport;
  'submissions:open': () => readonly SubmissionView[];
  /** What was ordered; `null` where nobody knows any more. By the id that a task names. */
  'submissions:get': (id: string) => SubmissionView | null;
}
