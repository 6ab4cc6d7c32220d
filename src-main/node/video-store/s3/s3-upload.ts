/**
 * How bytes come to the shelf: whole, or in parts that go on where a stop or a lost connection left them. Nothing is sent
 * that is there and young; what is old is sent once more, so that no sweep takes it before it has its name.
 */
import { Buffer } from 'node:buffer';
import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { isErrno, makeFolder, replaceFile } from '../../storage/durable-files.ts';
import type { FinishedFile } from '../video-store.ts';
import type { PutOptions, S3Client, S3Part } from './s3-client.ts';
import { mayPass, S3Error } from './s3-error.ts';
import type { S3Sweep } from './s3-sweep.ts';

/** What bytes are known by. */
export type Content = Pick<FinishedFile, 'sha256' | 'sizeBytes'>;

export interface S3UploadsPorts {
  readonly client: S3Client;
  /** Tries a call again that may be sent twice. */
  readonly patiently: <T>(call: () => Promise<T>) => Promise<T>;
  readonly sweep: Pick<S3Sweep, 'outlast'>;
  /** Folder for what is known of uploads that have not ended. */
  readonly uploadsDir: string;
  /** A larger file is sent in parts. Default 64 MiB. */
  readonly partsOverBytes?: number | undefined;
  /** Default 16 MiB; at most 10,000 parts make a file. */
  readonly partBytes?: number | undefined;
}

export interface S3Uploads {
  /**
   * @param isAnew whatever is there already: its bytes were found to be others.
   * @returns when the shelf stored them, by the server's clock.
   */
  bring(finished: FinishedFile, isAnew: boolean): Promise<number>;
  /** The same of what fits into memory; sent also where it is, which makes it young. */
  bringBytes(bytes: Buffer, content: Content): Promise<number>;
  /** True where the shelf holds the bytes; one of another size is not what it is called. */
  isHere(content: Content): Promise<boolean>;
}

export const bytesFolder = 'sha256/';

/** Half of what `sweep` is usually asked for. */
const youngMs = 12 * 3_600_000;

export function createS3Uploads({
  client,
  patiently,
  sweep,
  uploadsDir,
  partsOverBytes = 64 * 1024 * 1024,
  partBytes: usualPartBytes = 16 * 1024 * 1024,
}: S3UploadsPorts): S3Uploads {
  async function isHere({ sha256, sizeBytes }: Content): Promise<boolean> {
    return (await patiently(() => client.head(bytesKey(sha256))))?.sizeBytes === sizeBytes;
  }

  /** Behind the last byte. @returns when they were stored, by the server's clock. */
  async function sent({ sha256, sizeBytes }: Content): Promise<number> {
    await sweep.outlast(bytesKey(sha256));
    const there = await patiently(() => client.head(bytesKey(sha256)));
    if (there?.sizeBytes !== sizeBytes) throw new S3Error(0, 'NotStored', 'what was sent is not there');
    return there.modifiedAt.getTime();
  }

  async function bring(finished: FinishedFile, isAnew: boolean): Promise<number> {
    const { file, sizeBytes, sha256 } = finished;
    const there = await patiently(() => client.head(bytesKey(sha256)));
    const isWhole = there?.sizeBytes === sizeBytes && !isAnew;
    const storedMs = there?.modifiedAt.getTime() ?? Number.NaN;
    if (isWhole && client.serverTimeMs() - storedMs < youngMs) return storedMs;
    // Over what has its name and is something else.
    const options = putOptions(sha256, there === null);
    if (sizeBytes > partsOverBytes) await bringInParts(finished, options);
    else {
      await patiently(async () => {
        const handle = await open(file, 'r');
        const bytes = handle.createReadStream();
        try {
          await client.put(bytesKey(sha256), { bytes, sizeBytes }, { ...options, md5: () => md5OfFile(file) });
        } finally {
          bytes.destroy();
        }
      });
    }
    return sent(finished);
  }

  async function bringInParts({ file, sizeBytes, sha256 }: FinishedFile, put: PutOptions): Promise<void> {
    const partBytes = Math.max(usualPartBytes, Math.ceil(sizeBytes / 10_000));
    const note = path.join(uploadsDir, sha256);
    const key = bytesKey(sha256);
    const [noted, notedPartBytes] = (await readFile(note, 'utf8').catch(nothing))?.split('\n') ?? [];
    // Parts of another size, from another version of this program, would not fit together.
    const goesOn = noted !== undefined && notedPartBytes === String(partBytes);
    let there = goesOn ? await listedParts(key, noted) : null;
    const id = goesOn && there !== null ? noted : await patiently(() => client.beginParts(key, sha256));
    if (there === null) {
      there = [];
      await makeFolder(uploadsDir);
      await replaceFile(note, `${id}\n${String(partBytes)}`);
    }
    const known = new Map(there.map((part) => [part.n, part.etag]));
    const parts: S3Part[] = [];
    const handle = await open(file, 'r');
    try {
      for (let n = 1, at = 0; at < sizeBytes; n += 1, at += partBytes) {
        const etag = known.get(n);
        if (etag !== undefined) {
          parts.push({ n, etag });
          continue;
        }
        const bytes = Buffer.allocUnsafe(Math.min(partBytes, sizeBytes - at));
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, at);
        if (bytesRead < bytes.length) throw new Error('a file was cut while it was sent');
        const body = { bytes, sizeBytes: bytes.length, sha256: hash('sha256', bytes) };
        parts.push({ n, etag: await patiently(() => client.putPart(key, id, n, body)) });
      }
    } finally {
      await handle.close();
    }
    try {
      await patiently(() => client.endParts(key, id, parts, put));
    } catch (error) {
      if (!(error instanceof S3Error) || ![400, 404].includes(error.status)) throw error;
      // Ended already by a try whose answer was lost; or with these parts it never will.
      await rm(note, { force: true });
      if (await isHere({ sha256, sizeBytes })) return;
      await client.abortParts(key, id).catch(unlessOfShelf);
      throw error;
    }
    await rm(note, { force: true });
  }

  async function listedParts(key: string, uploadId: string): Promise<readonly S3Part[] | null> {
    try {
      return await patiently(() => client.listParts(key, uploadId));
    } catch (error) {
      if (!(error instanceof S3Error) || mayPass(error)) throw error;
      // Keys that may not ask for them: then all are sent once more.
      await client.abortParts(key, uploadId).catch(unlessOfShelf);
      return null;
    }
  }

  return {
    bring,
    async bringBytes(bytes, content) {
      const { sha256, sizeBytes } = content;
      await patiently(() => client.put(bytesKey(sha256), { bytes, sizeBytes }, putOptions(sha256, false)));
      return sent(content);
    },
    isHere,
  };
}

export function bytesKey(sha256: string): string {
  return `${bytesFolder}${sha256}`;
}

function putOptions(sha256: string, onlyNew: boolean): PutOptions {
  return { sha256, contentType: 'application/octet-stream', onlyNew };
}

function unlessOfShelf(error: unknown): void {
  if (!(error instanceof S3Error)) throw error;
}

async function md5OfFile(file: string): Promise<string> {
  const md5 = createHash('md5');
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) md5.update(chunk);
  return md5.digest('base64');
}

function nothing(error: unknown): null {
  if (isErrno(error, ['ENOENT'])) return null;
  throw error;
}
