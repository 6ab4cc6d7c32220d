/** The inputs of an order: files of this machine are measured and uploaded, addresses are taken as they are. */
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { canParseUrl } from '../../common/can-parse-url.ts';
import { InboxError } from '../../common/errors.ts';
import { sourceTexts } from '../../common/texts/en-sources.ts';
import { sniffAndClose } from '../media/sniff.ts';
import { sha256OfFile } from '../storage/file-hash.ts';
import type { SourceFacts } from '../../common/submit-form.ts';

export interface Sources {
  /** @throws InboxError `bad-request` for what is neither an http(s) address nor a file of pictures or sound. */
  facts(source: string): Promise<SourceFacts | null>;
  /** Of a file of this machine; `null` for an address. @throws InboxError as `facts` does */
  sha256(source: string): Promise<string | null>;
  /** Its address for the provider; a file is uploaded first, once. @throws InboxError, ApiFault */
  publish(provider: string, source: string): Promise<string>;
  /** Finds the file that was uploaded to this address, where it is still the same; `null` where nobody knows of one. */
  uploadedFile(url: string): (() => Promise<string | null>) | null;
}

export interface SourcesPorts {
  /** `null` where the provider takes no files. */
  readonly upload: (
    provider: string,
  ) => ((file: string, sizeBytes: number, progress: (sentBytes: number) => void) => Promise<string>) | null;
  /** `source` as the order names it. At most four a second for each, and once at the end. */
  readonly uploading: (source: string, sentBytes: number, totalBytes: number) => void;
  /** Seconds of film in a file, `null` where that cannot be read. */
  readonly durationOf: (file: string) => Promise<number | null>;
  readonly now: () => number;
}

/** Uploaded sources are kept a day by kie.ai; one from this morning may be gone before it is fetched. */
const progressEveryMs = 250;
const uploadLifeMs = 12 * 3_600_000;

/** A file as it was when it was sent. */
interface Uploaded {
  readonly file: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export function createSources({ upload, uploading, durationOf, now }: SourcesPorts): Sources {
  const published = new Map<string, { readonly at: number; readonly url: Promise<string> }>();
  const hashes = new Map<string, Promise<string>>();
  const uploads = new Map<string, Uploaded>();

  async function measure(source: string): Promise<Uploaded | null> {
    if (isAddress(source)) return null;
    const file = path.resolve(source);
    const found = await stat(file).catch(() => null);
    if (found?.isFile() !== true) throw new InboxError('bad-request', sourceTexts.notThere(source));
    await needMedia(file, source);
    return { file, sizeBytes: found.size, modifiedMs: found.mtimeMs };
  }

  return {
    async facts(source) {
      const found = await measure(source);
      if (found === null) return null;
      return { sizeBytes: found.sizeBytes, durationSeconds: await durationOf(found.file).catch(() => null) };
    },
    async sha256(source) {
      const found = await measure(source);
      if (found === null) return null;
      const name = `${found.file} ${String(found.sizeBytes)} ${String(found.modifiedMs)}`;
      const known = hashes.get(name) ?? sha256OfFile(found.file);
      hashes.set(name, known);
      known.catch(() => hashes.delete(name));
      return known;
    },
    async publish(provider, source) {
      const found = await measure(source);
      if (found === null) return source;
      const send = upload(provider);
      if (send === null) {
        throw new InboxError('bad-request', sourceTexts.takesNoFiles(provider, source));
      }
      const name = `${provider} ${found.file} ${String(found.sizeBytes)} ${String(found.modifiedMs)}`;
      const known = published.get(name);
      // One that lies ahead was sent before the clock was set back: nobody knows how long ago.
      if (known !== undefined && known.at <= now() && now() - known.at < uploadLifeMs) return known.url;
      let toldAt = -Infinity;
      const url = send(found.file, found.sizeBytes, (sentBytes) => {
        if (sentBytes < found.sizeBytes && Math.abs(now() - toldAt) < progressEveryMs) return;
        toldAt = now();
        uploading(source, sentBytes, found.sizeBytes);
      });
      published.set(name, { at: now(), url });
      url.then(
        (address) => uploads.set(address, found),
        () => published.delete(name),
      );
      return url;
    },
    uploadedFile(url) {
      const sent = uploads.get(url);
      return sent === undefined ? null : () => unchanged(sent);
    },
  };
}

async function unchanged({ file, sizeBytes, modifiedMs }: Uploaded): Promise<string | null> {
  const found = await stat(file).catch(() => null);
  return found?.isFile() === true && found.size === sizeBytes && found.mtimeMs === modifiedMs ? file : null;
}

const sounds: ReadonlySet<string> = new Set(['mp3', 'wav', 'flac', 'ogg', 'oga', 'opus', 'aac', 'aif', 'amr', 'mid']);

/**
 * Whoever orders (an agent, a program with a key of the local API) names the path: nothing leaves this computer that is not
 * plainly a video, a picture or a sound.
 * @throws InboxError
 */
async function needMedia(file: string, source: string): Promise<void> {
  const handle = await open(file, 'r').catch((cause: unknown) => {
    throw new InboxError('bad-request', sourceTexts.notThere(source), { cause });
  });
  const found = await sniffAndClose(handle);
  if (found.kind === 'video' || found.kind === 'image' || (found.kind === 'other' && sounds.has(found.what))) return;
  const what = found.kind === 'unknown' ? null : found.kind === 'other' ? found.what : found.kind;
  throw new InboxError('bad-request', sourceTexts.notMedia(source, what));
}

function isAddress(source: string): boolean {
  return /^https?:\/\/[^/?#\s]/i.test(source) && canParseUrl(source);
}
