/**
 * What searches look through, page by page beside the index: a start leaves these files alone, and the first search reads
 * them in a tenth of the time in which it could read the tasks. Made from the tasks; what is missing, damaged or older
 * than a task is made again, so nothing here is synced and nothing is ever wrong for long.
 *
 * A file is the sum of all that follows, a line with the names of its tasks, a line with what they are ordered by, then
 * their texts, one after the other.
 */
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { OrderFacts } from '../../common/search/task-order.ts';
import { createFileReader } from '../storage/synced-json-adapter.ts';

/** Of one task, as it was after its event number `seq`. */
export interface TextEntry {
  readonly key: string;
  readonly seq: number;
  readonly text: string;
  readonly facts: OrderFacts;
}

export interface TextPage {
  readonly keys: readonly string[];
  readonly seqs: readonly number[];
  /** Views of one string: a hundred thousand strings of their own lie all over the memory and are slow to look through. */
  readonly texts: () => readonly string[];
  readonly facts: () => readonly OrderFacts[];
}

export interface TextPages {
  /** `null` where there is none that can be read. At once: some hundred small files are far slower by the file threads. */
  read(page: number): TextPage | null;
  write(page: number, entries: readonly TextEntry[]): Promise<void>;
  /** Removes them all. */
  clear(): Promise<void>;
}

/** Grows with what a text or these facts are made of. */
const textFormat = 2;
const textsName = /^texts-\d{6}$/;

export const isTextPage = (name: string): boolean => textsName.test(name);

export function createTextPages(dir: string): TextPages {
  const fileOf = (page: number): string => path.join(dir, `texts-${String(page).padStart(6, '0')}`);
  const readFile = createFileReader();
  return {
    read(page) {
      try {
        return decodeTexts(readFile(fileOf(page)));
      } catch {
        return null;
      }
    },
    async write(page, entries) {
      const file = fileOf(page);
      try {
        await writeFile(file, encodeTexts(entries), { mode: 0o600 });
      } catch (error) {
        await rm(file, { force: true }).catch(() => undefined); // half of it would only be found to be damaged
        throw error;
      }
    },
    async clear() {
      // Someone may have deleted the folder while the library is open.
      const names = await readdir(dir).catch((): readonly string[] => []);
      for (const name of names) if (isTextPage(name)) await rm(path.join(dir, name), { force: true });
    },
  };
}

export function encodeTexts(entries: readonly TextEntry[]): Buffer {
  const head = {
    version: textFormat,
    keys: entries.map(({ key }) => key),
    seqs: entries.map(({ seq }) => seq),
    lengths: entries.map(({ text }) => text.length),
  };
  const facts = entries.map(({ facts: { title, seconds, bytes, cost, hasCost, expires, stack, model } }) => [
    title,
    seconds,
    bytes,
    cost,
    hasCost,
    Number.isFinite(expires) ? expires : null,
    stack,
    model,
  ]);
  const content = `${JSON.stringify(head)}\n${JSON.stringify(facts)}\n${entries.map(({ text }) => text).join('')}`;
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from(`${String(crc32(bytes))}\n`), bytes]);
}

type DiskFacts = readonly [string, number, number, number, boolean, number | null, string | null, string];

/** @throws where the bytes are not such a page, whole. */
export function decodeTexts(bytes: Buffer): TextPage {
  const content = bytes.subarray(bytes.indexOf(0x0a) + 1);
  if (Number(bytes.toString('latin1', 0, bytes.length - content.length)) !== crc32(content)) {
    throw new TypeError('a page of texts that is not as it was written');
  }
  // From here on it is what we wrote.
  const [headEnd, factsEnd] = [content.indexOf(0x0a), content.indexOf(0x0a, content.indexOf(0x0a) + 1)];
  const { version, keys, seqs, lengths } = JSON.parse(content.toString('utf8', 0, headEnd)) as {
    readonly version: number;
    readonly keys: readonly string[];
    readonly seqs: readonly number[];
    readonly lengths: readonly number[];
  };
  if (version !== textFormat) throw new TypeError('a page of texts of another format');
  return {
    keys,
    seqs,
    texts() {
      const all = content.toString('utf8', factsEnd + 1);
      let end = 0;
      return lengths.map((length) => all.slice(end, (end += length)));
    },
    facts() {
      /** A page names few, and each of them once is enough. */
      const models = new Map<string, string>();
      return (JSON.parse(content.toString('utf8', headEnd + 1, factsEnd)) as readonly DiskFacts[]).map(
        ([title, seconds, size, cost, hasCost, expires, stack, written]) => {
          const model = models.get(written) ?? written;
          models.set(model, model);
          return { title, seconds, bytes: size, cost, hasCost, expires: expires ?? Infinity, stack, model };
        },
      );
    },
  };
}
