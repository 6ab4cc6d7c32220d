/**
 * The webhooks and commands that are on their way, in a file of their own: what a kill or a stop has interrupted is told
 * after the next start. The file may be some moments behind; how far it is says what else to look for in the library then.
 * How many were given up stands there as well, until the person has seen it.
 */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Log } from '../log/log.ts';
import { isErrno, replaceFile } from '../storage/durable-files.ts';

const waitingHook = v.object({
  id: v.string(),
  type: v.picklist(['task.saved', 'task.failed']),
  key: v.string(),
  /** Absent: by webhook. */
  by: v.exactOptional(v.literal('command')),
});
const lostHooks = v.object({
  webhooks: v.number(),
  why: v.object({ code: v.string(), status: v.nullable(v.number()) }),
  commands: v.number(),
});
const kept = v.object({
  seq: v.number(),
  at: v.string(),
  /** The log that machines share, where they do. Absent of older versions. */
  log: v.exactOptional(v.string()),
  waiting: v.array(waitingHook),
  /** Names of the last that ended. Absent of older versions. */
  ended: v.exactOptional(v.array(v.string()), []),
  lost: v.exactOptional(lostHooks),
});

export type WaitingHook = Readonly<v.InferOutput<typeof waitingHook>>;

/** What nobody was told of. */
export interface LostHooks {
  readonly webhooks: number;
  /** Why the last of them did not arrive. */
  readonly why: { readonly code: string; readonly status: number | null };
  readonly commands: number;
}

export interface HookBook {
  /** As the file was when it was opened; `null` where nobody was ever told. In another log its place is the first. */
  readonly before: Readonly<v.InferOutput<typeof kept>> | null;
  /** An event was looked at, and tells these; none where there is nobody to tell. */
  looked(event: { readonly seq: number; readonly at: string }, hooks: readonly WaitingHook[]): void;
  /** From here on there is somebody to tell: what lies before is not told of later. */
  begin(seq: number, at: string): void;
  /** It arrived, or was given up. */
  ended(hook: WaitingHook): void;
  lost(): LostHooks;
  /** @param changes what differs from now on. */
  lose(changes: Partial<LostHooks>): void;
  /** What is not saved yet is saved. */
  close(): Promise<void>;
}

/** The same event may be told in both ways. */
export const nameOf = ({ id, by }: WaitingHook): string => `${by ?? 'webhook'} ${id}`;

/** Of those that ended: whoever looks for what nobody was told of looks no further back. */
const endedKept = 500;
/** Between two saves of a burst; the first of it is saved at once. */
const saveAfterMs = 200;

/** @param logId of the log that machines share; one that was restored, or joined since, has another, and its numbers are others. */
export function openHookBook(file: string, log: Log, logId: string | null = null): HookBook {
  const found = read(file, log);
  const before = found !== null && (found.log ?? null) !== logId ? { ...found, seq: 0 } : found;
  const waiting = new Map((before?.waiting ?? []).map((hook) => [nameOf(hook), hook]));
  let ended: readonly string[] = before?.ended ?? [];
  let lost: LostHooks = before?.lost ?? { webhooks: 0, why: { code: 'answered', status: null }, commands: 0 };
  let seq = before?.seq ?? 0;
  let at = before?.at ?? '';
  const head = { version: 1, ...(logId !== null && { log: logId }) };
  let isBegun = before !== null;
  let timer: NodeJS.Timeout | null = null;
  let savedAtMs = -saveAfterMs;
  let saving: Promise<void> = Promise.resolve();

  function save(): void {
    timer = null;
    savedAtMs = performance.now();
    saving = saving
      .then(() =>
        replaceFile(file, `${JSON.stringify({ ...head, seq, at, waiting: [...waiting.values()], ended, lost })}\n`),
      )
      .catch((error: unknown) => log.warn({ error }, 'the hooks that are on their way could not be noted'));
  }
  const soon = (): void => {
    if (!isBegun || timer !== null) return;
    const waitMs = savedAtMs + saveAfterMs - performance.now();
    if (waitMs <= 0) save();
    else timer = setTimeout(save, waitMs);
  };

  return {
    before,
    looked(event, hooks) {
      // By the order of the log: the day's clock may have been ahead, and what comes after it was set right is news too.
      if (event.seq >= seq) ({ seq, at } = event);
      for (const hook of hooks) waiting.set(nameOf(hook), hook);
      isBegun ||= hooks.length > 0;
      soon();
    },
    begin(from, since) {
      isBegun = true;
      seq = Math.max(seq, from);
      at = since;
      soon();
    },
    ended(hook) {
      if (!waiting.delete(nameOf(hook))) return;
      ended = [...ended.slice(1 - endedKept), nameOf(hook)];
      soon();
    },
    lost: () => lost,
    lose(changes) {
      lost = { ...lost, ...changes };
      soon();
    },
    async close() {
      if (timer !== null) {
        clearTimeout(timer);
        save();
      }
      await saving;
    },
  };
}

function read(file: string, log: Log): HookBook['before'] {
  try {
    return v.parse(kept, JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (!isErrno(error, ['ENOENT'])) log.warn({ error }, 'what is known of hooks on their way could not be read');
    return null;
  }
}
