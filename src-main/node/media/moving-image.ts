/** What is found out about an image that may move, whatever its format. */
import type { MediaMetadata } from '../../common/model.ts';

export interface AnimatedImage {
  readonly isWhole: boolean;
  /** Pictures; one that stands still has one. */
  readonly pictures: number;
  readonly metadata: MediaMetadata;
  /** Where the image ends; what comes behind belongs to no part of it. */
  readonly end: number;
}
