/** Length, size and codecs of a video file, read by mediabunny. Nothing is decoded. */
import { open } from 'node:fs/promises';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import type { MediaMetadata } from '../../common/model.ts';
import { walkIsoBoxes } from './iso-boxes.ts';
import { noFacts, type MediaFacts } from './media-facts.ts';
import type { InputAudioTrack, InputTrack, InputVideoTrack } from 'mediabunny';

const shortNames: Partial<Record<string, string>> = {
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/x-matroska': 'mkv',
  'video/mp2t': 'ts',
};
const cacheBytes = 2 * 1024 * 1024;

/**
 * Never rejects. A crafted file can keep this busy for ever or fill the memory, so the program calls it in a thread that
 * can be ended: see `createMediaReader`.
 */
export async function readMedia(file: string): Promise<MediaFacts> {
  const input = new Input({ source: new FilePathSource(file, { maxCacheSize: cacheBytes }), formats: ALL_FORMATS });
  try {
    const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
    const main = video ?? audio;
    if (main === null) return noFacts;
    return {
      metadata: await metadataOf(input, video, audio, await isFragmented(file)).catch(() => null),
      isEndThere: await isLastPacketThere(main, video !== null),
    };
  } catch {
    return noFacts;
  } finally {
    input.dispose();
  }
}

async function isFragmented(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    return (await walkIsoBoxes(handle, size)).hasFragments;
  } finally {
    await handle.close();
  }
}

async function metadataOf(
  input: Input,
  video: InputVideoTrack | null,
  audio: InputAudioTrack | null,
  hasFragments: boolean,
): Promise<MediaMetadata> {
  const { mimeType, name } = await input.getFormat();
  // The index of a fragmented file tells of its beginning only.
  const told = hasFragments ? null : await input.getDurationFromMetadata();
  const seconds = told ?? (await measuredDuration(input));
  return {
    container: shortNames[mimeType.toLowerCase()] ?? name.toLowerCase(),
    durationSeconds: Number.isFinite(seconds) && seconds > 0 ? round(seconds, 1000) : null,
    width: video === null ? null : positive(await video.getDisplayWidth()),
    height: video === null ? null : positive(await video.getDisplayHeight()),
    videoCodec: video === null ? null : await video.getCodec(),
    audioCodec: audio === null ? null : await audio.getCodec(),
    frameRate: video === null ? null : await averageFrameRate(video),
  };
}

/** Pictures of nothing but zeros are a place that was kept for them and not filled; sound may be silent. */
async function isLastPacketThere(track: InputTrack, isVideo: boolean): Promise<boolean | null> {
  try {
    const last = await new EncodedPacketSink(track).getPacket(Infinity);
    return last !== null && (isVideo ? last.data.some((byte) => byte !== 0) : last.data.byteLength > 0);
  } catch {
    return null;
  }
}

/** Where the file does not say it, as in a transport stream, whose clock does not begin at 0 either. */
async function measuredDuration(input: Input): Promise<number> {
  return (await input.computeDuration()) - Math.max(0, await input.getFirstTimestamp());
}

async function averageFrameRate(track: InputVideoTrack): Promise<number | null> {
  try {
    const { averagePacketRate } = await track.computePacketStats(120);
    return Number.isFinite(averagePacketRate) && averagePacketRate > 0 ? round(averagePacketRate, 1000) : null;
  } catch {
    return null;
  }
}

function positive(value: number): number | null {
  return Number.isFinite(value) && value > 0 ? Math.round(value) : null;
}

function round(value: number, steps: number): number {
  return Math.round(value * steps) / steps;
}
