/** Length, size and codecs of a video file, read by mediabunny. Nothing is decoded. */
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import type { InputVideoTrack } from 'mediabunny';

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

const defaultTimeLimitMs = 10_000;
const shortNames: Partial<Record<string, string>> = {
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/x-matroska': 'mkv',
  'video/mp2t': 'ts',
};
const cacheBytes = 2 * 1024 * 1024;

/** `null` where the file cannot be read as a video within the time limit. Never throws. */
export function readMetadata(file: string, timeLimitMs = defaultTimeLimitMs): Promise<MediaMetadata | null> {
  return withInput(file, timeLimitMs, async (input) => {
    const format = await input.getFormat();
    const [video, audio] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
    if (video === null && audio === null) return null;
    const seconds = (await input.getDurationFromMetadata()) ?? (await measuredDuration(input));
    return {
      container: shortNames[format.mimeType.toLowerCase()] ?? format.name.toLowerCase(),
      durationSeconds: Number.isFinite(seconds) && seconds > 0 ? round(seconds, 1000) : null,
      width: video === null ? null : positive(await video.getDisplayWidth()),
      height: video === null ? null : positive(await video.getDisplayHeight()),
      videoCodec: video === null ? null : await video.getCodec(),
      audioCodec: audio === null ? null : await audio.getCodec(),
      frameRate: video === null ? null : await averageFrameRate(video),
    };
  });
}

/**
 * Whether the last packet that the index names can be read: false for a file whose end is missing. `null` where that
 * cannot be told (a format that mediabunny does not read, or out of time).
 */
export function isLastPacketThere(file: string, timeLimitMs = defaultTimeLimitMs): Promise<boolean | null> {
  return withInput(file, timeLimitMs, async (input) => {
    const track = (await input.getPrimaryVideoTrack()) ?? (await input.getPrimaryAudioTrack());
    if (track === null) return null;
    const last = await new EncodedPacketSink(track).getPacket(Infinity);
    return last !== null && last.data.byteLength > 0;
  });
}

async function withInput<T>(file: string, timeLimitMs: number, use: (input: Input) => Promise<T>): Promise<T | null> {
  const input = new Input({ source: new FilePathSource(file, { maxCacheSize: cacheBytes }), formats: ALL_FORMATS });
  let timer: NodeJS.Timeout | undefined;
  const outOfTime = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeLimitMs);
  });
  try {
    return await Promise.race([use(input).catch(() => null), outOfTime]);
  } finally {
    clearTimeout(timer);
    input.dispose();
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
