/**
 * The small videos that `send-test` serves, made by us: soft colours in motion, 5 s, 640x360, 24 frames a second, with
 * a quiet chord. They are part of the bundle.
 */
import jpgUrl from './sample.jpg?inline';
import mp4Url from './sample.mp4?inline';
import webmUrl from './sample.webm?inline';

export interface Sample {
  /** File name with extension, safe in a URL. */
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface Samples {
  /** H.264 and AAC, index in front. */
  readonly mp4: Sample;
  /** VP9 and Opus. */
  readonly webm: Sample;
  /** A still of the two, for the preview image. */
  readonly poster: Sample;
}

/** Decodes the samples (about 100 kB together); call it when they are first wanted. */
export function loadSamples(): Samples {
  return {
    mp4: sample('sample.mp4', 'video/mp4', mp4Url),
    webm: sample('sample.webm', 'video/webm', webmUrl),
    poster: sample('sample.jpg', 'image/jpeg', jpgUrl),
  };
}

function sample(name: string, contentType: string, dataUrl: string): Sample {
  const base64 = dataUrl.slice(dataUrl.indexOf(',') + 1);
  return { name, contentType, bytes: new Uint8Array(Buffer.from(base64, 'base64')) };
}
