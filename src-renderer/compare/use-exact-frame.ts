import type * as Reader from 'mediabunny';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { loadPatiently } from '../ui/load-patiently.ts';

/** What is on the canvas: the frame of that time stamp, in seconds; `null` where it is to be hidden. */
export interface ExactFrame {
  readonly at: number | null;
  /** Whether that is the frame of the place that was asked for, and not that of the one before. */
  readonly isSettled: boolean;
  /** The browser has no decoder of its own for it, or the file cannot be read that way: the player's frame is shown. */
  readonly isRefused: boolean;
  /** Frames a second, once the file was opened. */
  readonly frameRate: number | null;
}

/** So many frames tell how many come in a second. */
const countedFrames = 120;

/** What was drawn last: of which film, and for which place. */
interface Shown extends Omit<ExactFrame, 'isSettled'> {
  readonly url: string;
  readonly place: number | null;
}

interface Frames {
  /** Frames a second, as the times of its first frames have it. */
  readonly frameRate: number;
  /** The frame at a time, or the last one before it. @throws where it cannot be decoded. */
  readonly draw: (canvas: HTMLCanvasElement, seconds: number) => Promise<number | null>;
  close(): void;
}

const hidden: ExactFrame = { at: null, isSettled: false, isRefused: false, frameRate: null };

/**
 * While the film stands, its frame by time stamp on a canvas: a player shows one that is near. The newest place wins; what
 * is asked for while one is being decoded is asked for once after it.
 * @param seconds where the film stands; `null` while it moves.
 */
export function useExactFrame(
  canvas: RefObject<HTMLCanvasElement | null>,
  url: string,
  seconds: number | null,
): ExactFrame {
  const [shown, setShown] = useState<Shown>({ at: null, isRefused: false, frameRate: null, url, place: null });
  const work = useRef<{ readonly ask: (seconds: number | null) => void; readonly close: () => void } | null>(null);

  useEffect(() => {
    const over = new AbortController();
    const isOver = () => over.signal.aborted;
    let frames: Promise<Frames> | null = null;
    let wanted: number | null = null;
    let isBusy = false;
    const next = async () => {
      if (isBusy || wanted === null || isOver()) return;
      isBusy = true;
      const place = wanted;
      try {
        frames ??= openFrames(url);
        const target = canvas.current;
        const { frameRate, draw } = await frames;
        const at = target === null ? null : await draw(target, place);
        if (!isOver() && wanted === place) setShown({ url, place, at, isRefused: at === null, frameRate });
      } catch {
        // What was lost on the way may be there for the next place; a film that cannot be read will not.
        if (reader === null) frames = null;
        if (!isOver()) setShown({ url, place, at: null, isRefused: true, frameRate: null });
      }
      isBusy = false;
      if (wanted !== place) void next();
    };
    work.current = {
      ask(place) {
        wanted = place;
        if (place === null) setShown((now) => (now.at === null ? now : { ...now, at: null }));
        void next();
      },
      close() {
        over.abort();
        void frames?.then(
          (opened) => opened.close(),
          () => undefined,
        );
      },
    };
    const mine = work.current;
    return () => mine.close();
  }, [canvas, url]);

  useEffect(() => work.current?.ask(seconds), [url, seconds]);

  // What another film showed is not of this one.
  if (shown.url !== url) return hidden;
  if (seconds === null) return { ...shown, at: null, isSettled: false };
  return { ...shown, isSettled: shown.isRefused || shown.place === seconds };
}

let reader: typeof Reader | null = null;

/** Read in pieces by its index; decoded by WebCodecs. */
async function openFrames(url: string): Promise<Frames> {
  const { Input, UrlSource, VideoSampleSink, MP4, QTFF, MATROSKA, WEBM } = (reader ??= await loadPatiently(
    () => import('mediabunny'),
  ));
  const source = new UrlSource(new URL(url, location.href));
  const input = new Input({ source, formats: [MP4, QTFF, MATROSKA, WEBM] });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null || !(await track.canDecode())) throw new Error('there is no decoder for it');
    // What lies beside the colours is put to them by workers made of texts, which the page's policy does not allow.
    if (await track.canBeTransparent()) throw new Error('it has an alpha channel');
    const first = await track.getFirstTimestamp();
    const { averagePacketRate } = await track.computePacketStats(countedFrames);
    const sink = new VideoSampleSink(track);
    return {
      frameRate: Math.round(averagePacketRate * 1000) / 1000,
      async draw(canvas, seconds) {
        const sample = await sink.getSample(Math.max(first, seconds));
        if (sample === null) return null;
        try {
          [canvas.width, canvas.height] = [sample.displayWidth, sample.displayHeight];
          const context = canvas.getContext('2d');
          if (context === null) return null;
          sample.draw(context, 0, 0, canvas.width, canvas.height);
          return sample.timestamp;
        } finally {
          // Decoders lend a few frames at a time; one that is kept stops them.
          sample.close();
        }
      },
      close: () => input.dispose(),
    };
  } catch (error) {
    input.dispose();
    throw error;
  }
}
