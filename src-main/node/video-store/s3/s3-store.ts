/**
 * The store on S3, shared by several inboxes.
 *
 * Bytes lie once, under `sha256/<hash>`, whoever brought them and however often. A name is a small object `names/<name>`
 * that says which bytes it stands for, so moving a file moves no video, and two workers that end together make one
 * object. Bytes that no name stands for any more are removed by `sweep`, a day later: another inbox may be about to
 * name them. Whoever is about to name bytes of half a day ago sends them once more, which makes them young.
 */
import { Buffer } from 'node:buffer';
import { createHash, hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { isDiskFull, makeFolder } from '../../storage/durable-files.ts';
import { createKeyedTurns } from '../../storage/turns.ts';
import {
  OtherBytes,
  orDamage,
  type ByteRange,
  type ShelfLibrary,
  type StoredFacts,
  type VideoStore,
} from '../video-store.ts';
import type { FileCache } from './file-cache.ts';
import { readBytes } from './s3-answer.ts';
import type { S3Client } from './s3-client.ts';
import { mayPass, ofWay, S3Error } from './s3-error.ts';
import { createS3Sweep } from './s3-sweep.ts';
import { bytesFolder, bytesKey, createS3Uploads, type Content } from './s3-upload.ts';

export interface S3StoreOptions {
  readonly client: S3Client;
  readonly cache: FileCache;
  /** Folder for what is known of uploads that have not ended. */
  readonly uploadsDir: string;
  /** A larger file is sent in parts. Default 64 MiB. */
  readonly partsOverBytes?: number;
  /** Default 16 MiB; at most 10,000 parts make a file. */
  readonly partBytes?: number;
  /** Waits before the second, third … try of one call. */
  readonly retryMs?: readonly number[];
  /** So long a removal by a sweep can arrive at the server. Default one minute. */
  readonly removalLastsMs?: number;
}

/** What the object of a name holds. */
interface Pointer extends Content {
  readonly modifiedAt: string;
}

/** One whose pointer is damaged is listed as well: it is somebody's file. */
interface Named {
  readonly name: string;
  readonly pointer: Pointer | OtherBytes;
}

/** So much is read through memory and kept on this machine when someone asks for it: pictures and sidecars. */
const smallBytes = 4 * 1024 * 1024;
const pointerBytes = 4096;
/** A note for each library that keeps its films here. */
const librariesFolder = 'libraries/';
const namesAtOnce = 16;
/** Behind each so many. */
const leisureMs = 50;
/** What is smaller, as a sidecar, waits for the doctor: it is not worth the calls. */
const notedOverBytes = 64 * 1024;
/** Older ones may be swept before who looked at the names earlier has seen theirs. */
const agedMs = 18 * 3_600_000;
/** A server whose clocks do not agree has only old ones. */
const mostRounds = 3;

export function createS3Store(options: S3StoreOptions): Required<VideoStore> {
  const { cache } = options;
  const client: S3Client = {
    ...options.client,
    list: (start, pageSize) => options.client.list(start, pageSize, patiently),
  };
  const retryMs = options.retryMs ?? [200, 1000, 5000];

  /** Every call here may be sent twice: it says the same thing again. */
  async function patiently<T>(call: () => Promise<T>): Promise<T> {
    for (const pauseMs of retryMs) {
      try {
        return await call();
      } catch (error) {
        if (!mayPass(error)) throw error;
        await wait(pauseMs * (0.5 + Math.random()));
      }
    }
    return call();
  }

  async function pointerOf(name: string): Promise<Pointer | null> {
    const found = await patiently(async () => {
      const body = await client.get(nameKey(name));
      return body === null ? null : readBytes(body.stream, pointerBytes);
    });
    return found === null ? null : parsePointer(name, found.toString('utf8'));
  }

  async function point(name: string, { sha256, sizeBytes }: Content): Promise<void> {
    const pointer: Pointer = { sha256, sizeBytes, modifiedAt: new Date().toISOString() };
    const bytes = Buffer.from(JSON.stringify(pointer));
    const put = { sha256: hash('sha256', bytes), contentType: 'application/json', onlyNew: false };
    await patiently(() => client.put(nameKey(name), { bytes, sizeBytes: bytes.length }, put));
  }

  const inTurn = createKeyedTurns();
  const sweep = createS3Sweep({
    client,
    patiently,
    named: namedNow,
    ...(options.removalLastsMs === undefined ? {} : { lastsMs: options.removalLastsMs }),
  });
  const uploads = createS3Uploads({
    client,
    patiently,
    sweep,
    uploadsDir: options.uploadsDir,
    partsOverBytes: options.partsOverBytes,
    partBytes: options.partBytes,
  });

  /**
   * Gives bytes a name, and makes sure that they are there when it counts: who stood still in between, as a laptop that slept,
   * may have named what was swept meanwhile.
   * @param bring brings them where they are not or are old. @returns when they were sent, by the server's clock.
   */
  async function give(name: string, bytes: Content, bring: (isFirst: boolean) => Promise<number>): Promise<void> {
    for (let round = 1; ; round += 1) {
      const sentMs = await bring(round === 1);
      await point(name, bytes);
      const isAged = client.serverTimeMs() - sentMs > agedMs;
      if (!isAged || round === mostRounds) return;
    }
  }

  async function sweepAll(olderThanMs: number): Promise<number> {
    // By the clock that `modifiedAt` is of, which tells itself in an answer: with ours what came just now may look old.
    await patiently(() => client.head(bytesFolder));
    const before = client.serverTimeMs() - olderThanMs;
    const old: string[] = [];
    // First the bytes, then the names: what gets a name in between is found there.
    for await (const { key, modifiedAt } of client.list(bytesFolder)) {
      if (isBytes(key) && modifiedAt.getTime() < before) old.push(key);
    }
    return sweep.remove(old, olderThanMs);
  }

  async function isOfOne(library: ShelfLibrary): Promise<boolean> {
    const own = `${librariesFolder}${library.name}`;
    const bytes = Buffer.from('The films of this library lie here.\n');
    const put = { sha256: hash('sha256', bytes), contentType: 'text/plain', onlyNew: false };
    await patiently(() => client.put(own, { bytes, sizeBytes: bytes.length }, put));
    let isOnly = true;
    for await (const { key } of client.list(librariesFolder)) {
      if (key === own) continue;
      if (library.wasCalled(key.slice(librariesFolder.length))) await patiently(() => client.remove(key));
      else isOnly = false;
    }
    return isOnly;
  }

  /** The bytes of `range`, which `first` begins: where a connection breaks off, they go on from there by another. */
  function steady(key: string, first: Readable, { start, end }: ByteRange): Readable {
    let reading = first;
    async function* bytes(): AsyncGenerator<Buffer> {
      for (let at = start; at <= end;) {
        const before = at;
        try {
          for await (const chunk of reading as AsyncIterable<Buffer>) {
            at += chunk.length;
            yield chunk;
          }
        } catch (error) {
          const trouble = ofWay(error);
          if (at === before || !mayPass(trouble)) throw trouble;
        }
        if (at > end) return;
        if (at === before) throw new S3Error(0, 'Unreachable', 'a film breaks off');
        const body = await patiently(() => client.get(key, { start: at, end }));
        if (body === null) throw new S3Error(404, 'NoSuchKey', 'a film was removed while it was read');
        reading = body.stream;
      }
    }
    const stream = Readable.from(bytes(), { objectMode: false });
    // Whoever stops reading does not wait for the next bytes.
    return stream.once('close', () => letGo(reading));
  }

  async function moveOne({ from, to }: { readonly from: string; readonly to: string }): Promise<void> {
    const pointer = await pointerOf(from);
    if (pointer === null) return;
    await point(to, pointer);
    await patiently(() => client.remove(nameKey(from)));
  }

  /** @param leisurely for nobody who waits, until it says stop. */
  async function* names(folder: string, leisurely?: AbortSignal): AsyncGenerator<Named> {
    let batch: string[] = [];
    const read = async (): Promise<Named[]> => {
      const found = await Promise.all(batch.map(async (name) => ({ name, pointer: await orDamage(pointerOf(name)) })));
      batch = [];
      return found.flatMap(({ name, pointer }) => (pointer === null ? [] : [{ name, pointer }]));
    };
    for await (const { key } of client.list(nameKey(folder === '' ? '' : `${folder}/`))) {
      batch.push(key.slice(namesFolder.length));
      if (batch.length < namesAtOnce) continue;
      yield* await read();
      if (leisurely !== undefined) await wait(leisureMs, undefined, { signal: leisurely });
    }
    yield* await read();
  }

  async function namedNow(leisurely?: AbortSignal): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for await (const { pointer } of names('', leisurely)) {
      // It stood for some bytes, nobody knows which.
      if (pointer instanceof OtherBytes) throw pointer;
      found.add(bytesKey(pointer.sha256));
    }
    return found;
  }

  return {
    async put(finished, name, isAnew = false) {
      nameKey(name); // a bad name is refused before anything is sent
      // Two that send the same bytes in parts would share what is noted of them.
      await inTurn(finished.sha256, () =>
        give(name, finished, (isFirst) => uploads.bring(finished, isAnew && isFirst)),
      );
      await cache.take(finished.sha256, finished.file);
    },
    async write(name, content) {
      const bytes = Buffer.from(content);
      const sha256 = hash('sha256', bytes);
      nameKey(name);
      const told = { sha256, sizeBytes: bytes.length };
      await give(name, told, () => uploads.bringBytes(bytes, told));
    },
    async stat(name): Promise<StoredFacts | null> {
      const pointer = await pointerOf(name);
      if (pointer === null) return null;
      const { sizeBytes, sha256, modifiedAt } = pointer;
      return { sizeBytes, version: sha256.slice(0, 32), modifiedAt: new Date(modifiedAt) };
    },
    async open(name, range): Promise<Readable | null> {
      const pointer = await pointerOf(name);
      if (pointer === null) return null;
      const { sha256, sizeBytes } = pointer;
      const local = await cache.open(sha256, sizeBytes, range);
      if (local !== null) return local;
      if (sizeBytes <= smallBytes) {
        const bytes = await patiently(async () => {
          const body = await client.get(bytesKey(sha256));
          return body === null ? null : readBytes(body.stream, sizeBytes);
        });
        if (bytes === null) return null;
        // What is kept under a hash is believed from then on.
        if (hash('sha256', bytes) !== sha256) throw new OtherBytes(name);
        await cache.keep(sha256, bytes);
        return Readable.from([range === undefined ? bytes : bytes.subarray(range.start, range.end + 1)], {
          objectMode: false,
        });
      }
      const { start = 0, end = sizeBytes - 1 } = range ?? {};
      const body = await patiently(() => client.get(bytesKey(sha256), range));
      if (body === null) return null;
      if (body.sizeBytes !== sizeBytes) {
        letGo(body.stream);
        throw new OtherBytes(name);
      }
      return steady(bytesKey(sha256), body.stream, { start, end: Math.min(end, sizeBytes - 1) });
    },
    async move(pairs) {
      for (let at = 0; at < pairs.length; at += namesAtOnce) {
        const moves = pairs.slice(at, at + namesAtOnce).map(moveOne);
        // Whoever is told that one failed may move them back at once, so none is under way then.
        await Promise.allSettled(moves);
        await Promise.all(moves);
      }
    },
    async remove(name) {
      const pointer = await orDamage(pointerOf(name));
      if (pointer === null) return;
      if (!(pointer instanceof OtherBytes) && pointer.sizeBytes > notedOverBytes) {
        await sweep.note(bytesKey(pointer.sha256));
      }
      await patiently(() => client.remove(nameKey(name)));
    },
    async *list(folder) {
      for await (const { name, pointer } of names(folder)) {
        yield { name, sizeBytes: pointer instanceof OtherBytes ? 0 : pointer.sizeBytes };
      }
    },
    localPath: () => null,
    isElsewhere: () => Promise.resolve(false),
    async placeOf(name) {
      const pointer = await pointerOf(name);
      return pointer === null ? null : client.addressOf(bytesKey(pointer.sha256));
    },
    async holds(name) {
      const pointer = await pointerOf(name);
      return pointer !== null && uploads.isHere(pointer);
    },
    async bringBack(name) {
      const pointer = await pointerOf(name);
      if (pointer === null) return false;
      const { sha256, sizeBytes } = pointer;
      const file = path.join(options.uploadsDir, `${sha256}.back`);
      return inTurn(sha256, async () => {
        const bytes = await cache.open(sha256, sizeBytes);
        if (bytes === null) return false;
        try {
          await makeFolder(options.uploadsDir);
          const hashing = createHash('sha256');
          await pipeline(
            bytes,
            new PassThrough().on('data', (chunk: Buffer) => hashing.update(chunk)),
            createWriteStream(file, { mode: 0o600 }),
          );
          // Whoever wrote into the cache meanwhile gives the shelf nothing.
          if (hashing.digest('hex') !== sha256) return false;
          // It has its name, unless that was moved or removed meanwhile, and then it gets none.
          await uploads.bring({ sha256, sizeBytes, file }, false);
          return true;
        } catch (error) {
          if (isDiskFull(error)) return false;
          throw error;
        } finally {
          await rm(file, { force: true });
        }
      });
    },
    sweep: sweepAll,
    sweepRemoved: (olderThanMs, signal) => sweep.removeNoted(olderThanMs, signal),
    isOfOne,
    async leave(library) {
      const note = librariesFolder + library.name;
      if (!(await isOfOne(library))) {
        // Whose films are left is the only one then, and sweeps what ours leave behind.
        await patiently(() => client.remove(note));
        return false;
      }
      await sweepAll(0);
      // Also what was noted just now: the server's clock tells whole seconds.
      await sweep.removeNoted(-Infinity, new AbortController().signal);
      for await (const _left of client.list(namesFolder)) return true;
      // Whose films come here next is the only one.
      await patiently(() => client.remove(note));
      return true;
    },
  };
}

const namesFolder = 'names/';

function letGo(stream: Readable): void {
  stream.on('error', () => undefined).destroy();
}

/** @throws OtherBytes for what is none: someone else wrote it, or the server does not tell it as it was. */
function parsePointer(name: string, text: string): Pointer {
  try {
    const { sha256, sizeBytes, modifiedAt } = JSON.parse(text) as Partial<Pointer>;
    if (sha256 !== undefined && /^[\da-f]{64}$/.test(sha256) && Number.isSafeInteger(sizeBytes)) {
      return { sha256, sizeBytes: Number(sizeBytes), modifiedAt: String(modifiedAt) };
    }
  } catch {
    // Said below.
  }
  throw new OtherBytes(name);
}

/** A folder of the bucket that lies in this one, of another library, is none of ours. */
function isBytes(key: string): boolean {
  return /^sha256\/[\da-f]{64}$/.test(key);
}

/** @throws RangeError for a name that is no plain relative path. */
function nameKey(name: string): string {
  if (name.startsWith('/') || name.split('/').some((part) => part === '..' || part === '.')) {
    throw new RangeError(`a name leads out of the store: ${name}`);
  }
  return namesFolder + name;
}
