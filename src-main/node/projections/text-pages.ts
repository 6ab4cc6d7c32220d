/**
 * What searches look through, page by page beside the index: a start leaves these files alone, and the first search reads
 * them in a tenth of the time in which it could read the tasks. Made from the tasks; what is missing, damaged or older
 * than a task is made again, so nothing here is synced and nothing is ever wrong for long.
 *
 * A file is a line about its three parts, then these: the texts, what tasks are ordered by, and the names of the tasks.
 * The first two hold the number of each task's last event and are read alone; names only where the page has other tasks
 * now. Everything lies there as it will lie in memory, since a first search has the files of a whole library to read.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { OrderFacts } from '../../common/search/task-order.ts';

/** Of one task, as it was after its event number `seq`. */
export interface TextEntry {
  readonly key: string;
  readonly seq: number;
  readonly text: string;
  readonly facts: OrderFacts;
}

/** What a file holds of the tasks of a page. */
export interface OfPage<T> {
  readonly seqs: Float64Array;
  /** See `sumOfKeys`: where it is that of other tasks, `keys` tells where each of these stands. */
  readonly keysSum: number;
  /** None where they cannot be read any more. */
  readonly keys: () => readonly string[];
  readonly of: T;
}

export interface TextPages {
  /**
   * Of each of these pages in its place, `null` where there are none that can be read. At once: some hundred small files
   * are far slower by the file threads.
   */
  texts(pages: readonly number[]): readonly (OfPage<PageTexts> | null)[];
  /** Each in the place of its task; `null` likewise. */
  facts(page: number): OfPage<readonly OrderFacts[]> | null;
  write(page: number, entries: readonly TextEntry[]): Promise<void>;
  /** Removes them all. */
  clear(): Promise<void>;
}

/** The texts of a page in one string: a hundred thousand of their own take long to make and lie all over the memory. */
export class PageTexts {
  readonly #all: string;
  readonly #ends: Uint32Array;

  /** @param all of one page, one behind the other @param ends where each ends in it */
  constructor(all: string, ends: Uint32Array) {
    this.#all = all;
    this.#ends = ends;
  }

  at(place: number): string {
    return this.#all.slice(place === 0 ? 0 : this.#ends[place - 1], this.#ends[place]);
  }

  /** @returns 1 in the place of each text that has the part, else 0. */
  having(part: string): Uint8Array {
    const having = new Uint8Array(this.#ends.length);
    let found = this.#all.indexOf(part);
    for (let place = 0; found >= 0 && place < having.length; place += 1) {
      const end = this.#ends[place] ?? 0;
      if (found >= end) continue;
      // What begins in one text and ends in the next is in neither, and nothing behind it in this one can be whole.
      if (found + part.length <= end) having[place] = 1;
      found = this.#all.indexOf(part, end);
    }
    return having;
  }
}

/** Of tasks that stand in this order. */
export const sumOfKeys = (keys: readonly string[]): number => crc32(keys.join('\n'));

const textsName = /^texts-\d{6}$/;

export const isTextPage = (name: string): boolean => textsName.test(name);

export function createTextPages(dir: string): TextPages {
  const fileOf = (page: number): string => path.join(dir, `texts-${String(page).padStart(6, '0')}`);
  const readPart = createPartReader();
  const joinedTexts = createJoin();

  function read<T>(page: number, name: PartName, decode: (part: Buffer, head: Head) => T): OfPage<T> | null {
    const file = fileOf(page);
    try {
      const { line, head, bytes } = readPart(file, name);
      const seqs = new Float64Array(copyOf(bytes, 0, head.tasks * 8));
      const of = decode(bytes.subarray(seqs.byteLength), head);
      return { seqs, keysSum: head.keysSum, keys: () => readKeys(file, line), of };
    } catch {
      return null;
    }
  }

  /** @param line of the file that was read before */
  function readKeys(file: string, line: string): readonly string[] {
    try {
      const part = readPart(file, 'keys');
      return part.line === line ? (JSON.parse(part.bytes.toString()) as readonly string[]) : [];
    } catch {
      return [];
    }
  }

  return {
    texts(pages) {
      const join = joinedTexts();
      const files = pages.map((page) => read(page, 'texts', (part, head) => decodeTexts(part, head, join)));
      return files.map((file) => (file === null ? null : { ...file, of: file.of() }));
    },
    facts: (page) => read(page, 'facts', decodeFacts),
    async write(page, entries) {
      const file = fileOf(page);
      try {
        await writeFile(file, encode(entries), { mode: 0o600 });
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

const partNames = ['texts', 'facts', 'keys'] as const;
type PartName = (typeof partNames)[number];

/** The line behind its own sum. */
interface Head {
  readonly format: string;
  readonly tasks: number;
  readonly keysSum: number;
  /** Texts with letters beyond Latin-1 have two bytes for each, as they do in memory. */
  readonly isWide: boolean;
  /** Length in bytes and sum of each. */
  readonly parts: readonly (readonly [length: number, sum: number])[];
}

const mostOfLine = 512;

interface Part {
  readonly line: string;
  readonly head: Head;
  /** Gone with the next part that is read. */
  readonly bytes: Buffer;
}

/** @returns reads a part into the same memory each time. It throws where that is not as it was written. */
function createPartReader(): (file: string, name: PartName) => Part {
  let memory = Buffer.allocUnsafe(256 * 1024);

  function fill(descriptor: number, length: number, position: number): Buffer {
    if (length > memory.length) memory = Buffer.allocUnsafe(length);
    let done = 0;
    while (done < length) {
      const read = readSync(descriptor, memory, done, length - done, position + done);
      if (read === 0) break;
      done += read;
    }
    return memory.subarray(0, done);
  }

  return (file, name) => {
    const descriptor = openSync(file, 'r');
    try {
      const begin = fill(descriptor, mostOfLine, 0);
      const lineEnd = begin.indexOf(0x0a);
      const line = begin.toString('latin1', 0, Math.max(0, lineEnd));
      const sumEnd = line.indexOf(' ');
      if (Number(line.slice(0, sumEnd)) !== crc32(line.slice(sumEnd + 1))) throw new TypeError(damaged);
      const head = JSON.parse(line.slice(sumEnd + 1)) as Head;
      if (head.format !== textFormat) throw new TypeError('a page of texts of another format');
      // From here on it is what we wrote, as far as it was written.
      const wanted = partNames.indexOf(name);
      const lengths = head.parts.map(([length]) => length);
      const before = lengths.slice(0, wanted).reduce((sum, length) => sum + length, lineEnd + 1);
      const behind = lengths.slice(wanted).reduce((sum, length) => sum + length, before);
      const [length, sum] = head.parts[wanted] ?? [0, -1];
      if (fstatSync(descriptor).size !== behind) throw new TypeError(damaged);
      const bytes = fill(descriptor, length, before);
      if (crc32(bytes) !== sum) throw new TypeError(damaged);
      return { line, head, bytes };
    } finally {
      closeSync(descriptor);
    }
  };
}

const damaged = 'a page of texts that is not as it was written';

function encode(entries: readonly TextEntry[]): Buffer {
  const keys = entries.map(({ key }) => key);
  const all = entries.map(({ text }) => text).join('');
  const isWide = /[^\0-\xff]/.test(all);
  const seqs = bytesOf(Float64Array.from(entries, ({ seq }) => seq));
  let end = 0;
  const ends = bytesOf(Uint32Array.from(entries, ({ text }) => (end += text.length)));
  const parts = [
    Buffer.concat([seqs, ends, Buffer.from(all, isWide ? 'utf16le' : 'latin1')]),
    Buffer.concat([seqs, encodeFacts(entries.map(({ facts }) => facts))]),
    Buffer.from(JSON.stringify(keys)),
  ];
  const head: Head = {
    format: textFormat,
    tasks: entries.length,
    keysSum: sumOfKeys(keys),
    isWide,
    parts: parts.map((part) => [part.length, crc32(part)]),
  };
  const line = JSON.stringify(head);
  return Buffer.concat([Buffer.from(`${String(crc32(line))} ${line}\n`), ...parts]);
}

const bytesOf = (numbers: Float64Array | Uint32Array): Buffer => Buffer.from(numbers.buffer);

/** In memory of its own, where numbers stand at their places. */
function copyOf(bytes: Buffer, start: number, length: number): ArrayBuffer {
  const copy = new ArrayBuffer(length);
  new Uint8Array(copy).set(bytes.subarray(start, start + length));
  return copy;
}

/** @returns what makes them, once all pages are read that are read together. */
function decodeTexts(bytes: Buffer, { tasks, isWide }: Head, join: Join): () => PageTexts {
  const ends = new Uint32Array(copyOf(bytes, 0, tasks * 4));
  const all = isWide ? bytes.toString('utf16le', ends.byteLength) : join(bytes.subarray(ends.byteLength));
  return () => new PageTexts(typeof all === 'string' ? all : all(), ends);
}

/** Adds Latin-1 to what will be one string. @returns its part of that, from the first call on. */
type Join = (latin1: Buffer) => () => string;

/**
 * Makes one long string of many pages: short ones are copied again and again by the collector while they are young, which
 * takes longer than to read them.
 * @returns begins anew, in the same memory.
 */
function createJoin(): () => Join {
  let memory = Buffer.alloc(0);
  return () => {
    if (memory.length === 0) memory = Buffer.allocUnsafe(2 ** 21);
    let used = 0;
    let joined: string | null = null;
    return (latin1) => {
      const start = used;
      used += latin1.length;
      if (used > memory.length) memory = Buffer.concat([memory.subarray(0, start)], 2 * used);
      latin1.copy(memory, start);
      const end = used;
      return () => (joined ??= memory.toString('latin1', 0, used)).slice(start, end);
    };
  };
}

/** Numbers that stand in one row for all tasks, one kind behind the other. */
const kinds = ['seconds', 'bytes', 'cost', 'expires', 'hasCost'] as const;
type Kind = (typeof kinds)[number];
const rowOf = Object.fromEntries(kinds.map((kind, at) => [kind, at])) as Readonly<Record<Kind, number>>;

/** Its number grows with what a text or its words are made of; a page of other kinds is another format by itself. */
const textFormat = `6 ${kinds.join()}`;

interface DiskWords {
  readonly titles: readonly string[];
  readonly stacks: readonly (string | null)[];
  /** A page names few, and each of them once is enough. */
  readonly models: readonly string[];
  /** Which of them each task has. */
  readonly model: readonly number[];
}

function encodeFacts(facts: readonly OrderFacts[]): Buffer {
  const models = [...new Set(facts.map(({ model }) => model))];
  const words: DiskWords = {
    titles: facts.map(({ title }) => title),
    stacks: facts.map(({ stack }) => stack),
    models,
    model: facts.map(({ model }) => models.indexOf(model)),
  };
  const numbers = Float64Array.from(kinds.flatMap((kind) => facts.map((each) => Number(each[kind]))));
  return Buffer.concat([bytesOf(numbers), Buffer.from(JSON.stringify(words))]);
}

function decodeFacts(bytes: Buffer, { tasks }: Head): readonly OrderFacts[] {
  const numbers = new Float64Array(copyOf(bytes, 0, tasks * kinds.length * 8));
  const page = new PageFacts(tasks, numbers, Buffer.from(bytes.subarray(numbers.byteLength)));
  return Array.from({ length: tasks }, (_, place) => new FactsOnPage(page, place));
}

/** What the tasks of a page are ordered by. Most lists ask for a number, and words take ten times as long to read. */
class PageFacts {
  readonly tasks: number;
  readonly numbers: Float64Array;
  #words: DiskWords | Buffer;

  constructor(tasks: number, numbers: Float64Array, words: Buffer) {
    this.tasks = tasks;
    this.numbers = numbers;
    this.#words = words;
  }

  get words(): DiskWords {
    if (Buffer.isBuffer(this.#words)) this.#words = JSON.parse(this.#words.toString()) as DiskWords;
    return this.#words;
  }
}

class FactsOnPage implements OrderFacts {
  readonly #page: PageFacts;
  readonly #place: number;

  constructor(page: PageFacts, place: number) {
    this.#page = page;
    this.#place = place;
  }

  get seconds(): number {
    return this.#number(rowOf.seconds);
  }

  get bytes(): number {
    return this.#number(rowOf.bytes);
  }

  get cost(): number {
    return this.#number(rowOf.cost);
  }

  get expires(): number {
    return this.#number(rowOf.expires);
  }

  get hasCost(): boolean {
    return this.#number(rowOf.hasCost) === 1;
  }

  get title(): string {
    return this.#page.words.titles[this.#place] ?? '';
  }

  get stack(): string | null {
    return this.#page.words.stacks[this.#place] ?? null;
  }

  get model(): string {
    const { models, model } = this.#page.words;
    return models[model[this.#place] ?? 0] ?? '';
  }

  #number(row: number): number {
    return this.#page.numbers[row * this.#page.tasks + this.#place] ?? 0;
  }
}
