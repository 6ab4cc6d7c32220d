/** The marks of this machine, and of copies of it, on their way to the inbox elsewhere. The log here is their outbox. */
import { randomBytes } from 'node:crypto';
import { type EventDraft, type EventType, markTypes, type StampedEvent } from '../../common/events.ts';
import { without } from '../../common/without.ts';
import { cursorOf, type EventLog } from '../event-log/event-log.ts';
import type { Log } from '../log/log.ts';
import { sendInBatches, type OutgoingMark } from './send-marks.ts';
import { draftOf } from './set-back.ts';
import type { TwinClient } from './twin-client.ts';
import type { TwinRun, TwinStateStore } from './twin-state.ts';

export interface MarkOutboxPorts {
  readonly events: Pick<EventLog, 'read'>;
  readonly client: Pick<TwinClient, 'send'>;
  readonly state: TwinStateStore;
  /** This machine's id. */
  readonly node: string;
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface MarkOutbox {
  /** Sends what the other does not have yet, oldest first. @throws InboxError where it cannot be reached. */
  sendNew(): Promise<void>;
  /** Sends what it had and has lost. @throws InboxError likewise. */
  sendAgain(lost: readonly EventDraft[]): Promise<void>;
  /** Whether it is a mark that is to be sent. */
  isToSend(event: StampedEvent): boolean;
  /** These came from the other: a mark of a task that it once refused is on both again. */
  cameBack(drafts: readonly EventDraft[]): Promise<void>;
}

/** It may be done while the other is away. */
export const isMark = ({ type }: EventDraft): boolean => (markTypes as readonly EventType[]).includes(type);

/** What an inbox that was set back gets again: without the last two nobody there asks for what was ordered meanwhile. */
export const isToldAgain = (draft: EventDraft): boolean =>
  isMark(draft) || draft.type === 'watched' || (draft.type === 'unwatched' && draft.code === 'person');

/** What a machine did offline over more starts than these is sent twice where an answer was lost meanwhile. */
const mostRuns = 20;
/** Of tasks that are kept by name in `twin.json`. */
export const mostKeptTasks = 1000;

/** Numbers of its own for each start: a folder that was set back to an older state gives numbers out again. */
const startId = (node: string): string => `${node}-${randomBytes(6).toString('hex')}`;

/** @param after the last event of before. */
export function withThisRun(runs: readonly TwinRun[], node: string, after: number): readonly TwinRun[] {
  return [...runs, { after, node: startId(node) }].slice(-mostRuns);
}

export function createMarkOutbox({ events, client, state, node, signal, log }: MarkOutboxPorts): MarkOutbox {
  const writerOf = (seq: number): string => state.data.runs.findLast(({ after }) => after < seq)?.node ?? node;

  const isToSend = (event: StampedEvent): boolean =>
    isMark(event) && (event.origin === undefined || event.origin.node !== state.data.node);

  function send<T extends OutgoingMark>(marks: readonly T[], done: (last: T) => Promise<void>): Promise<void> {
    return sendInBatches(marks, {
      client,
      signal,
      done,
      refused: async ({ draft }, error) => {
        log.error({ error, type: draft.type }, 'the inbox elsewhere refuses a mark of this one; it stays here only');
        await state.save({ notTaken: [...new Set([...state.data.notTaken, ...tasksOf(draft)])].slice(-mostKeptTasks) });
      },
    });
  }

  return {
    isToSend,
    async sendNew() {
      const marks: { readonly draft: EventDraft; readonly behind: string }[] = [];
      let behind = state.data.sent;
      await events.read(behind === null ? null : cursorOf(behind), (event, cursor) => {
        behind = cursor;
        if (!isToSend(event)) return;
        const origin = event.origin ?? { node: writerOf(event.seq), k: event.seq };
        marks.push({ draft: { ...draftOf(event), origin: { node: origin.node, k: origin.k } }, behind });
      });
      await send(marks, (last) => state.save({ sent: last.behind }));
      if (behind !== state.data.sent) await state.save({ sent: behind });
    },
    sendAgain(lost) {
      const again = startId(node);
      const drafts = lost.map((draft, index) => ({
        draft: { ...asTaken(draft), origin: { node: again, k: index + 1 } },
      }));
      return send(drafts, () => Promise.resolve());
    },
    async cameBack(drafts) {
      if (state.data.notTaken.length === 0) return;
      const marked = new Set(drafts.filter(isMark).flatMap(tasksOf));
      const notTaken = state.data.notTaken.filter((key) => !marked.has(key));
      if (notTaken.length < state.data.notTaken.length) await state.save({ notTaken });
    },
  };
}

/** Where to ask, and for which order, only that inbox itself may say. */
function asTaken(draft: EventDraft): EventDraft {
  return draft.type === 'watched' ? without(draft, 'askAt', 'submission') : draft;
}

function tasksOf(draft: EventDraft): readonly string[] {
  return 'keys' in draft ? draft.keys : 'key' in draft ? [draft.key] : [];
}
