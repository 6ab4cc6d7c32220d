/** How it stands with the shelf of videos on S3, as `status` and the pages tell it. */
import type { MaybeTold } from './texts/sentence.ts';

/** With a sentence for the person: what is wrong, what it means for the videos and the next step. */
export interface ShelfStatus extends MaybeTold {
  /**
   * `away`: it cannot be reached, or is out of order: what passes by itself. `refuses`: it answers, and does not give or take
   * what it is asked.
   */
  readonly state: 'ok' | 'away' | 'refuses';
  /** ISO time; `null` where all is well. */
  readonly since: string | null;
}
