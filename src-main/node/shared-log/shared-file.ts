/** What a machine keeps of the shared log for a start while the database is away. Losing it costs only time. */
import { readFile } from 'node:fs/promises';
import { cursorOf, type Cursor } from '../event-log/event-log.ts';
import type { Log } from '../log/log.ts';
import { replaceFile } from '../storage/durable-files.ts';
import type { LogIdentity } from './migrations.ts';

export interface KeptShared {
  readonly identity: LogIdentity;
  /** A place in this machine's journal up to which the shared log has everything; `null` where none is known. */
  readonly sent: Cursor | null;
}

/** @returns `null` where this was never part of a shared log, or the file is broken: the database has to tell. */
export async function readKept(file: string): Promise<KeptShared | null> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as {
      readonly identity?: Partial<LogIdentity>;
      readonly sent?: unknown;
    };
    const { id, epoch, system } = kept.identity ?? {};
    if (typeof id !== 'string' || typeof epoch !== 'number') return null;
    return {
      // Versions before November 2026 did not keep which cluster it was.
      identity: { id, epoch, system: typeof system === 'string' ? system : '' },
      sent: typeof kept.sent === 'string' ? cursorOf(kept.sent) : null,
    };
  } catch {
    return null;
  }
}

export async function writeKept(file: string, { identity, sent }: KeptShared): Promise<void> {
  await replaceFile(file, `${JSON.stringify({ version: 1, identity, sent })}\n`);
}

export interface SentKeeper {
  close(): Promise<void>;
}

const everyMs = 10_000;

/**
 * Notes how far the journal was sent. Always what was sent a while ago: by then it has come back, and the library that
 * is made of it is saved.
 */
export function startSentKeeper(file: string, kept: KeptShared, sent: () => Cursor | null, log: Log): SentKeeper {
  let written = kept.sent;
  let before = sent();
  let writing: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    const due = before;
    before = sent();
    if (due === null || due === written) return;
    written = due;
    writing = writing
      .then(() => writeKept(file, { identity: kept.identity, sent: due }))
      .catch((error: unknown) => log.debug({ error }, 'how far the journal was sent could not be noted'));
  }, everyMs).unref();
  return {
    async close() {
      clearInterval(timer);
      await writing;
    },
  };
}
