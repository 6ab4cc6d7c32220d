import type { MediaReader } from '../../src-main/node/media/media-reader.ts';
import { readMedia } from '../../src-main/node/media/read-media.ts';

/** On the calling thread, unguarded: the sources run unbuilt, so there is no thread's file. */
export const inlineMedia: MediaReader = { read: readMedia, close: () => Promise.resolve() };
