import type { SavedFile } from '../../src-main/common/events.ts';

/** A video as the log says that it was saved. */
export const savedFile: SavedFile = {
  path: 'videos/a.mp4',
  sizeBytes: 1,
  sha256: '00',
  container: 'mp4',
  durationSeconds: 1,
  width: 1,
  height: 1,
  videoCodec: null,
  audioCodec: null,
  frameRate: null,
};
