/** Length, size and codecs of a video file, read by mediabunny. Nothing is decoded. */
import { open, type FileHandle } from 'node:fs/promises';
import { ALL_FORMATS, CustomSource, EncodedPacketSink, Input, Logging, LogLevel } from 'mediabunny';
import type { MediaMetadata } from '../../common/model.ts';
import { walkIsoBoxes } from './iso-boxes.ts';
import { noFacts, type MediaFacts } from './media-facts.ts';
import { readAt } from './read-at.ts';
import type { InputAudioTrack, InputTrack, InputVideoTrack } from 'mediabunny';

const shortNames: Partial<Record<string, string>> = {
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/x-matroska': 'mkv',
  'video/mp2t': 'ts',
};
const cacheBytes = 2 * 1024 * 1024;
/** No index and hardly a picture has more. */
const mostBytesAtOnce = 64 * 1024 * 1024;

// It would name on the terminal what it does not know, in the film's own letters, which may be commands to a terminal.
Logging.level = LogLevel.Silent;

/**
 * Never rejects. A crafted file can keep this busy for ever or fill the memory, so the program calls it in a thread that
 * can be ended: see `createMediaReader`.
 * @param end as there
 */
export async function readMedia(file: string, end = Infinity): Promise<MediaFacts> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return noFacts;
  try {
    return await readOpened(handle, Math.min((await handle.stat()).size, end));
  } catch {
    return noFacts;
  } finally {
    await handle.close();
  }
}

/**
 * As long as the file says that a picture is, so long is what it is read into: that is no memory of the thread's own, which has a
 * limit, but of the whole program's, and at 2 GiB Node ends that.
 */
const sourceOf = (handle: FileHandle, size: number): CustomSource =>
  new CustomSource({
    getSize: () => size,
    async read(start, end) {
      if (end - start > mostBytesAtOnce) throw new RangeError('a part of the file is too long to be looked at');
      return readAt(handle, start, end - start);
    },
    maxCacheSize: cacheBytes,
    prefetchProfile: 'fileSystem',
    // What was read ahead, and nobody waits for.
    handleUnhandledError: () => undefined,
  });

async function readOpened(handle: FileHandle, size: number): Promise<MediaFacts> {
  const input = new Input({ source: sourceOf(handle, size), formats: ALL_FORMATS });
  try {
    const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
    const main = video ?? audio;
    if (main === null) return noFacts;
    const { mimeType } = await input.getFormat();
    const { hasFragments } = await walkIsoBoxes(handle, size);
    // Where an index tells the place of each picture, one costs no more than any other.
    const looks = !hasFragments && ['video/mp4', 'video/quicktime'].includes(mimeType.toLowerCase()) ? looksAt : 1;
    const metadata = await metadataOf(input, video, audio, hasFragments).catch(() => null);
    let isEndThere = await isLastPacketThere(main, looks);
    for (const track of looks > 1 ? [video, audio] : [])
      if (isEndThere === true && track !== null) isEndThere = await isAllThere(track);
    return { metadata, isEndThere };
  } finally {
    input.dispose();
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

/** So many pictures are looked at, as far apart as they can be. */
const looksAt = 8;

/**
 * The last one is there, and those that are looked at are pictures: a place that was kept for them and not filled, or the rest of
 * another file, is none. Sound may be silent, and of a codec that is not known nothing is said: what a player could show is kept.
 */
async function isLastPacketThere(track: InputTrack, looks: number): Promise<boolean | null> {
  try {
    const sink = new EncodedPacketSink(track);
    const last = await sink.getPacket(Infinity);
    if (last === null) return false;
    if (!track.isVideoTrack() || (await track.getCodec()) === null) return true;
    const sizeBytes = await unitSizeBytes(track);
    for (let n = looks; n > 0; n -= 1) {
      const packet = n === looks ? last : await sink.getPacket((last.timestamp * n) / looks);
      if (packet !== null && !isPicture(packet.data, sizeBytes)) return false;
    }
    return true;
  } catch {
    return null;
  }
}

/** The picture that is shown last is followed in the file by some that are shown before it. */
const mostReordered = 32;

/** Whether the file has all the bytes that the index names of this track at its end: the sound may end behind the pictures. */
async function isAllThere(track: InputTrack): Promise<boolean | null> {
  try {
    const sink = new EncodedPacketSink(track);
    if ((await sink.getPacket(Infinity, { metadataOnly: true })) === null) return true;
    let packet = await sink.getPacket(Infinity);
    for (let n = 0; packet !== null && n < mostReordered; n += 1) {
      if ((await sink.getNextPacket(packet, { metadataOnly: true })) === null) return true;
      packet = await sink.getNextPacket(packet);
    }
    return packet !== null;
  } catch {
    return null;
  }
}

/** How many bytes tell how long each unit of a picture is (H.264, H.265); 0 where none do. */
async function unitSizeBytes(track: InputVideoTrack): Promise<number> {
  const codec = await track.getCodec();
  // A type of browsers, which Node does not know.
  const config = (await track.getDecoderConfig()) as { readonly description?: ArrayBuffer | ArrayBufferView } | null;
  const description = config?.description;
  if ((codec !== 'avc' && codec !== 'hevc') || description === undefined) return 0;
  const bytes = ArrayBuffer.isView(description)
    ? new Uint8Array(description.buffer, description.byteOffset, description.byteLength)
    : new Uint8Array(description);
  return ((bytes[codec === 'avc' ? 4 : 21] ?? 3) & 3) + 1;
}

/** An empty one was dropped, and shows the one before. */
function isPicture(data: Uint8Array, sizeBytes: number): boolean {
  const first = data.subarray(0, sizeBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  return data.length === 0 || (data.some((byte) => byte !== 0) && first + sizeBytes <= data.length);
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
