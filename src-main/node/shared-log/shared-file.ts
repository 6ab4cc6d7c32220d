/** What a machine keeps of the shared log for a start while the database is away. Losing it costs only time. */
import { readFile } from 'node:fs/promises';
import { cursorOf, type Cursor } from '../event-log/event-log.ts';
import type { Log } from '../log/log.ts';
import { replaceFile } from '../storage/durable-files.ts';
import type { LogIdentity } from './migrations.ts';
import type { Outbox } from './outbox.ts';

export interface KeptShared {
  readonly identity: LogIdentity;
  /** A place in this machine's journal up to which the shared log has everything; `null` where none is known. */
  readonly sent: Cursor | null;
  /** The shared log has events of this machine up to this number, and perhaps some more; `null` where it is not known. */
  readonly sentSeq: number | null;
}

/** @returns `null` where this was never part of a shared log, or the file is broken: the database has to tell. */
export async function readKept(file: string): Promise<KeptShared | null> {
  try {
    const kept = JSON.parse(await readFile(file, 'utf8')) as {
      readonly identity?: Partial<LogIdentity>;
      readonly sent?: unknown;
      readonly sentSeq?: unknown;
    };
    const { id, epoch, system } = kept.identity ?? {};
    if (typeof id !== 'string' || typeof epoch !== 'number') return null;
    return {
      // Versions before November 2026 did not keep which cluster it was.
      identity: { id, epoch, system: typeof system === 'string' ? system : '' },
      sent: typeof kept.sent === 'string' ? cursorOf(kept.sent) : null,
      sentSeq: typeof kept.sentSeq === 'number' ? kept.sentSeq : null,
    };
  } catch {
    return null;
  }
}

export async function writeKept(file: string, { identity, sent, sentSeq }: KeptShared): Promise<void> {
  await replaceFile(file, `${JSON.stringify({ version: 1, identity, sent, sentSeq })}\n`);
}

export interface SentKeeper {
  close(): Promise<void>;
}

const everyMs = 10_000;

/**
 * Notes how far the journal was sent. The place is always that of a while ago: by then it has come back, and the library
 * that is made of it is saved. The number is for telling how much waits.
 */
export function startSentKeeper(
  file: string,
  kept: KeptShared,
  outbox: Pick<Outbox, 'sent' | 'sentSeq'>,
  log: Log,
): SentKeeper {
  let written = kept;
  let before = outbox.sent();
  let writing: Promise<void> = Promise.resolve();

  function write(sent: Cursor | null): void {
    const sentSeq = outbox.sentSeq() ?? written.sentSeq;
    if (sent === written.sent && sentSeq === written.sentSeq) return;
    const now = (written = { ...kept, sent, sentSeq });
    writing = writing
      .then(() => writeKept(file, now))
      .catch((error: unknown) => log.debug({ error }, 'how far the journal was sent could not be noted'));
  }

  const timer = setInterval(() => {
    const due = before;
    before = outbox.sent();
    write(due ?? written.sent);
  }, everyMs).unref();
  return {
    async close() {
      clearInterval(timer);
      write(written.sent);
      await writing;
    },
  };
}
