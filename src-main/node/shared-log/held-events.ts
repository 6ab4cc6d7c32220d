/**
 * Events that were written here, until they are read back from the shared log: what they say is known, so their text is
 * neither sent back nor parsed again. Only their place among those of the others is read.
 */
import { eventFormat, type EventDraft, type StampedEvent } from '../../common/events.ts';

/** An event of ours with the number it has from its writer; its number in the log comes with its place. */
export interface HeldEvent {
  readonly k: number;
  readonly at: string;
  readonly draft: EventDraft;
  readonly chars: number;
}

export interface HeldEvents {
  /** They are written, and nobody else's under these numbers. What was read before the answer was here, was read in full. */
  hold(writer: string, events: readonly HeldEvent[]): void;
  /** Whether those that come next are written is not known: nothing is held across such a hole. */
  letGo(writer: string): void;
  /** From this number on, all that the log has of a writer is held; those that write here, as two lists. */
  known(): { readonly writers: readonly string[]; readonly from: readonly number[] };
  has(writer: string, k: number): boolean;
  /** This one and all before it are held no more. `null` where it was not held. */
  take(writer: string, k: number, seq: number): StampedEvent | null;
}

/** Where something holds back what we read, the rest is read in full when its turn comes. */
const mostEvents = 4096;
const mostChars = 8 * 1024 * 1024;

export function createHeldEvents(): HeldEvents {
  interface Held {
    readonly events: Map<number, HeldEvent>;
    from: number;
    chars: number;
  }
  const writers = new Map<string, Held>();

  function letGo(writer: string): void {
    writers.delete(writer);
  }

  return {
    hold(writer, events) {
      const first = events[0];
      if (first === undefined) return;
      const chars = events.reduce((sum, event) => sum + event.chars, 0);
      let held = writers.get(writer);
      if ((held?.events.size ?? 0) + events.length > mostEvents || (held?.chars ?? 0) + chars > mostChars) {
        // A hole would be taken for something that is held, so it is all or what comes last.
        letGo(writer);
        held = undefined;
        if (events.length > mostEvents || chars > mostChars) return;
      }
      held ??= { events: new Map(), from: first.k, chars: 0 };
      for (const event of events) held.events.set(event.k, event);
      held.chars += chars;
      writers.set(writer, held);
    },
    letGo,
    known: () => ({ writers: [...writers.keys()], from: [...writers.values()].map(({ from }) => from) }),
    has: (writer, k) => writers.get(writer)?.events.has(k) === true,
    take(writer, k, seq) {
      const held = writers.get(writer);
      const event = held?.events.get(k);
      if (held === undefined || event === undefined) return null;
      for (const [each, { chars }] of held.events) {
        if (each > k) break;
        held.events.delete(each);
        held.chars -= chars;
      }
      held.from = k + 1;
      return { v: eventFormat, seq, at: event.at, ...event.draft };
    },
  };
}
