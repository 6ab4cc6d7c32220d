/** What every video store promises. An implementation runs these as its own tests. */
import { createHash } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { ByteRange, VideoStore } from '../../../src-main/node/video-store/video-store.ts';
import { tempDir } from '../../support/temp-dir.ts';

export interface StoreUnderTest {
  readonly store: VideoStore;
  /** The same shelf as another process sees it. */
  readonly reopen: () => Promise<VideoStore>;
}

const name = 'videos/2026-11/kie-luma_5d2f_1.mp4';
const film = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7) % 251));

export function describeVideoStore(kind: string, openStore: () => Promise<StoreUnderTest>): void {
  const finished = async (bytes: Uint8Array): Promise<{ file: string; sizeBytes: number; sha256: string }> => {
    const file = path.join(await tempDir(), 'a.part');
    await writeFile(file, bytes);
    return { file, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  const read = async (store: VideoStore, of: string, range?: ByteRange): Promise<Buffer | null> => {
    const stream: Readable | null = await store.open(of, range);
    return stream === null ? null : buffer(stream);
  };
  const list = async (store: VideoStore, folder: string): Promise<string[]> => {
    const names: string[] = [];
    for await (const { name: listed, sizeBytes } of store.list(folder)) names.push(`${listed} ${sizeBytes}`);
    return names.sort();
  };

  describe(`a video store: ${kind}`, () => {
    it('gives a finished file its name, takes it from where it was, and another process finds it', async () => {
      const { store, reopen } = await openStore();
      const part = await finished(film);
      await store.put(part, name);
      await expect(access(part.file)).rejects.toThrow();
      for (const each of [store, await reopen()]) {
        expect(await each.stat(name)).toMatchObject({ sizeBytes: film.length });
        expect((await read(each, name))?.equals(film)).toBe(true);
        expect(await each.placeOf(name)).not.toBeNull();
      }
    });

    it('opens any range, both ends included', async () => {
      const { store } = await openStore();
      await store.put(await finished(film), name);
      for (const range of [
        { start: 0, end: 0 },
        { start: 0, end: film.length - 1 },
        { start: 100_000, end: 100_099 },
        { start: film.length - 5, end: film.length - 1 },
      ]) {
        expect((await read(store, name, range))?.equals(film.subarray(range.start, range.end + 1))).toBe(true);
      }
    });

    it('knows nothing of a name that was never put', async () => {
      const { store } = await openStore();
      expect(await store.stat(name)).toBeNull();
      expect(await store.open(name)).toBeNull();
      expect(await list(store, 'videos')).toEqual([]);
      await store.remove(name);
    });

    it('replaces what has the name, and tells that it is another version', async () => {
      const { store } = await openStore();
      await store.put(await finished(film), name);
      const before = await store.stat(name);
      await store.put(await finished(film.subarray(1)), name);
      const after = await store.stat(name);
      expect(after?.sizeBytes).toBe(film.length - 1);
      expect(after?.version).not.toBe(before?.version);
      expect((await read(store, name))?.equals(film.subarray(1))).toBe(true);
    });

    it('keeps two names for equal bytes apart: what happens to one does not happen to the other', async () => {
      const { store } = await openStore();
      const other = 'videos/2026-11/fal_77_1.mp4';
      await store.put(await finished(film), name);
      await store.put(await finished(film), other);
      expect((await read(store, other))?.equals(film)).toBe(true);
      await store.remove(name);
      expect(await store.stat(name)).toBeNull();
      expect((await read(store, other))?.equals(film)).toBe(true);
      await store.put(await finished(film), name);
      await store.put(await finished(film.subarray(9)), other);
      expect((await read(store, name))?.equals(film)).toBe(true);
    });

    it('writes small files whole, text as UTF-8', async () => {
      const { store } = await openStore();
      await store.write('videos/2026-11/a.json', '{"prompt":"Ein Boot auf dem Fluß"}');
      await store.write('videos/2026-11/a.json', '{"ü":1}');
      expect((await read(store, 'videos/2026-11/a.json'))?.toString()).toBe('{"ü":1}');
      await store.write('posters/a.jpg', Uint8Array.of(1, 2, 3));
      expect([...((await read(store, 'posters/a.jpg')) ?? [])]).toEqual([1, 2, 3]);
    });

    it('moves many, leaves out those that are not there, and moves them back', async () => {
      const { store } = await openStore();
      await store.put(await finished(film), name);
      await store.write('posters/a.jpg', 'x');
      const pairs = [name, 'videos/gone.mp4', 'posters/a.jpg'].map((from) => ({ from, to: `trash/${from}` }));
      await store.move(pairs);
      expect(await store.stat(name)).toBeNull();
      expect((await read(store, `trash/${name}`))?.equals(film)).toBe(true);
      await store.move(pairs.map(({ from, to }) => ({ from: to, to: from })));
      expect(await list(store, 'trash')).toEqual([]);
      expect((await read(store, name))?.equals(film)).toBe(true);
      expect((await read(store, 'posters/a.jpg'))?.toString()).toBe('x');
    });

    it('lists what lies below a folder, however deep, and nothing beside it', async () => {
      const { store } = await openStore();
      await store.put(await finished(film), name);
      await store.write('videos/2026-12/b.json', '{}');
      await store.write('videos/2026-12-of-others/c.json', '{}');
      await store.write('posters/d.jpg', 'x');
      expect(await list(store, 'videos')).toEqual(
        [`${name} ${film.length}`, 'videos/2026-12/b.json 2', 'videos/2026-12-of-others/c.json 2'].sort(),
      );
      expect(await list(store, 'videos/2026-12')).toEqual(['videos/2026-12/b.json 2']);
    });

    it('removes a file, and a second time does nothing', async () => {
      const { store } = await openStore();
      await store.put(await finished(film), name);
      await store.remove(name);
      await store.remove(name);
      expect(await store.stat(name)).toBeNull();
    });

    it('does not follow a name out of itself', async () => {
      const { store } = await openStore();
      for (const bad of [
        '../outside.mp4',
        'videos/../../outside.mp4',
        'videos/../journal/000001.ndjson',
        '/etc/passwd',
      ]) {
        expect(await store.stat(bad).catch(() => null)).toBeNull();
        await expect(store.put(await finished(film), bad)).rejects.toThrow();
      }
    });

    it('gives a path that holds the bytes, or none', async () => {
      const { store } = await openStore();
      await store.put(await finished(film), name);
      const local = store.localPath(name);
      expect(local === null || (path.isAbsolute(local) && (await readFile(local)).equals(film))).toBe(true);
    });
  });
}
