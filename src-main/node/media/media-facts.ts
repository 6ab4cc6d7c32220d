/** What a look into a video file tells. */
import type { MediaMetadata } from '../../common/model.ts';

export interface MediaQuestion {
  readonly file: string;
  /** Bytes of it that count. */
  readonly end: number;
}

export interface MediaFacts {
  /** `null` where the file cannot be read as a video. */
  readonly metadata: MediaMetadata | null;
  /** False where the index names bytes that are not there: the end of the file is missing. `null` where not known. */
  readonly isEndThere: boolean | null;
}

export const noFacts: MediaFacts = { metadata: null, isEndThere: null };
