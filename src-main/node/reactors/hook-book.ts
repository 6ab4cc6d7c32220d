/**
 * The webhooks that are on their way, in a file of their own: what a kill or a stop has interrupted is sent after the next
 * start. The file may be some moments behind; how far it is says what else to look for in the library then.
 */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Log } from '../log/log.ts';
import { isErrno, replaceFile } from '../storage/durable-files.ts';

const waitingHook = v.object({ id: v.string(), type: v.picklist(['task.saved', 'task.failed']), key: v.string() });
const kept = v.object({ seq: v.number(), at: v.string(), waiting: v.array(waitingHook) });

export type WaitingHook = Readonly<v.InferOutput<typeof waitingHook>>;

export interface HookBook {
  /** As the file was when it was opened; `null` where no webhook was ever sent. */
  readonly before: Readonly<v.InferOutput<typeof kept>> | null;
  /** An event was looked at, and tells this; `null` where there is nobody to tell. */
  looked(event: { readonly seq: number; readonly at: string }, hook: WaitingHook | null): void;
  /** From here on there is somebody to tell: what lies before is not told of later. */
  begin(seq: number, at: string): void;
  /** It arrived, or was given up. */
  ended(id: string): void;
  /** What is not saved yet is saved. */
  close(): Promise<void>;
}

/** Between two saves of a burst; the first of it is saved at once. */
const saveAfterMs = 200;

export function openHookBook(file: string, log: Log): HookBook {
  const before = read(file, log);
  const waiting = new Map((before?.waiting ?? []).map((hook) => [hook.id, hook]));
  let seq = before?.seq ?? 0;
  let at = before?.at ?? '';
  let isBegun = before !== null;
  let timer: NodeJS.Timeout | null = null;
  let savedAtMs = -saveAfterMs;
  let saving: Promise<void> = Promise.resolve();

  function save(): void {
    timer = null;
    savedAtMs = performance.now();
    saving = saving
      .then(() => replaceFile(file, `${JSON.stringify({ version: 1, seq, at, waiting: [...waiting.values()] })}\n`))
      .catch((error: unknown) => log.warn({ error }, 'the webhooks that are on their way could not be noted'));
  }
  const soon = (): void => {
    if (!isBegun || timer !== null) return;
    const waitMs = savedAtMs + saveAfterMs - performance.now();
    if (waitMs <= 0) save();
    else timer = setTimeout(save, waitMs);
  };

  return {
    before,
    looked(event, hook) {
      seq = Math.max(seq, event.seq);
      if (event.at > at) at = event.at;
      if (hook !== null) waiting.set(hook.id, hook);
      isBegun ||= hook !== null;
      soon();
    },
    begin(from, since) {
      isBegun = true;
      seq = Math.max(seq, from);
      at = since;
      soon();
    },
    ended(id) {
      if (waiting.delete(id)) soon();
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
    if (!isErrno(error, ['ENOENT'])) log.warn({ error }, 'what is known of webhooks on their way could not be read');
    return null;
  }
}
