/** How many bytes the links of one callback URL may bring in a day: who knows it could otherwise fill the disk with downloads. */
import { readFile } from 'node:fs/promises';
import { replaceFile } from '../storage/durable-files.ts';

export interface ByteBudget {
  /** Resolves once what an earlier run has counted today is counted here too; never rejects. */
  readonly loaded: Promise<void>;
  /** Bytes that may still come today. */
  left(source: string): number;
  spend(source: string, bytes: number): void;
  /** Writes what is not written yet; never rejects. */
  close(): Promise<void>;
}

export interface ByteBudgetOptions {
  readonly limitBytes: () => number;
  readonly now: () => number;
  /** Where the count outlives this run; `null` = nowhere. One that cannot be read or written only costs the count. */
  readonly file: string | null;
}

/** What the file holds: bytes by callback URL, on one day since 1970. */
interface Counted {
  readonly day: number;
  readonly spent: Readonly<Record<string, number>>;
}

const dayMs = 24 * 3_600_000;
/** A kill forgets so much of the count. Whoever may kill the program has better ways to fill the disk; who only knows a URL cannot. */
const writeAfterMs = 10_000;

export function createByteBudget({ limitBytes, now, file }: ByteBudgetOptions): ByteBudget {
  let day = NaN;
  const spent = new Map<string, number>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  function turnOver(): void {
    const today = Math.floor(now() / dayMs);
    if (today !== day) spent.clear();
    day = today;
  }

  function add(source: string, bytes: number): void {
    spent.set(source, (spent.get(source) ?? 0) + bytes);
  }

  async function load(): Promise<void> {
    const counted = file === null ? null : readCounted(await readFile(file, 'utf8').catch(() => ''));
    turnOver();
    if (counted?.day !== day) return;
    for (const [source, bytes] of Object.entries(counted.spent)) add(source, bytes);
  }
  const loaded = load();

  function write(): Promise<void> {
    timer = null;
    if (file === null) return writing;
    writing = writing.then(async () => {
      await loaded;
      const counted: Counted = { day, spent: Object.fromEntries(spent) };
      await replaceFile(file, `${JSON.stringify(counted)}\n`).catch(() => undefined);
    });
    return writing;
  }

  return {
    loaded,
    left(source) {
      turnOver();
      return Math.max(0, limitBytes() - (spent.get(source) ?? 0));
    },
    spend(source, bytes) {
      turnOver();
      add(source, bytes);
      timer ??= setTimeout(() => void write(), writeAfterMs).unref();
    },
    async close() {
      if (timer === null) return writing;
      clearTimeout(timer);
      return write();
    },
  };
}

/** `null` where it is no such thing. */
function readCounted(text: string): Counted | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('day' in value) || !('spent' in value)) return null;
    const { day, spent } = value;
    if (typeof day !== 'number' || typeof spent !== 'object' || spent === null) return null;
    const counts = Object.entries(spent).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] >= 0,
    );
    return { day, spent: Object.fromEntries(counts) };
  } catch {
    return null;
  }
}
