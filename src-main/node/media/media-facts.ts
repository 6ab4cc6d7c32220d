/** What is known of a video file beyond its container. */
export interface MediaMetadata {
  /** Short name: `mp4`, `mov`, `webm`, `mkv`, `ts` … */
  readonly container: string;
  readonly durationSeconds: number | null;
  /** Pixels as displayed: rotation and pixel shape applied. */
  readonly width: number | null;
  readonly height: number | null;
  /** Short names: `avc`, `hevc`, `vp9`, `av1`, `aac`, `opus` … */
  readonly videoCodec: string | null;
  readonly audioCodec: string | null;
  /** Frames a second, averaged over the first seconds. */
  readonly frameRate: number | null;
}

export interface MediaFacts {
  /** `null` where the file cannot be read as a video. */
  readonly metadata: MediaMetadata | null;
  /** False where the index names bytes that are not there: the end of the file is missing. `null` where not known. */
  readonly isEndThere: boolean | null;
}

export const noFacts: MediaFacts = { metadata: null, isEndThere: null };
