/** What the reader makes of a body. */
import type { Result } from '../model.ts';

export type Reading =
  /** An address check (MiniMax): answer 200 `{"challenge": …}` with the same value. */
  | { readonly kind: 'challenge'; readonly challenge: unknown }
  | ResultReading
  /** A provider's "test webhook" button: answer 200, keep no task. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'unreadable'; readonly reason: 'not-an-object' | 'no-task-id' };

export interface ResultReading {
  readonly kind: 'result';
  readonly provider: string;
  /**
   * False where several APIs of the family send this shape: the task may be known under a sister's name. Also false
   * for `unknown`, which may be any provider's task in a shape that we have not seen.
   */
  readonly certain: boolean;
  /** The provider's, or `body-…`, made of the body, where it names a film or a state and no task. */
  readonly taskId: string;
  readonly result: Result;
}
