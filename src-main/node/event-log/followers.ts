/** Tells those who follow a log what was stored: in its order, each apart from the others, never long in one go. */
import type { Log } from '../log/log.ts';
import type { Cursor, Follower, StampedEvent } from './event-log.ts';

export interface StoredEvent {
  readonly event: StampedEvent;
  /** The place behind it. */
  readonly behind: Cursor;
  /** Its JSON, where that was made to store it. */
  readonly text?: string;
}

export interface Teller {
  follow(name: string, follower: Follower): () => void;
  /**
   * Tells the events at once where nothing waits to be told, as far as that is quick, and the rest behind what waits.
   * With none at all, waits for what waits.
   * @param onTold Called once followers have seen them, where that is not at once.
   * @returns true where they have seen them already.
   */
  tell(events: readonly StoredEvent[], onTold: (() => void) | null): boolean;
  /** Behind the last event that was told. */
  end(): Cursor;
  /** Resolves once nothing waits to be told. */
  idle(): Promise<void>;
}

/** Events of one append are told for so long in one turn of the loop: one event may speak of hundreds of tasks. */
const turnMs = 5;

export function createTeller(start: Cursor, log: Log): Teller {
  const followers = new Set<{ readonly name: string; readonly follower: Follower }>();
  const waiting: { readonly events: readonly StoredEvent[]; readonly onTold: (() => void) | null }[] = [];
  let telling: Promise<void> | null = null;
  let end = start;

  function tellOne({ event, behind, text }: StoredEvent): void {
    end = behind;
    for (const { name, follower } of followers) {
      try {
        follower(event, behind, text);
      } catch (error) {
        log.error({ error, follower: name, seq: event.seq, type: event.type }, 'a follower of the event log broke');
      }
    }
  }

  async function tellWaiting(): Promise<void> {
    await Promise.resolve(); // or it could be over before its caller knows that it began
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      let turnBegan = performance.now();
      for (const stored of next.events) {
        if (performance.now() - turnBegan > turnMs) {
          await new Promise((resolve) => setImmediate(resolve));
          turnBegan = performance.now();
        }
        tellOne(stored);
      }
      next.onTold?.();
    }
    telling = null;
  }

  return {
    follow(name, follower) {
      const entry = { name, follower };
      followers.add(entry);
      return () => followers.delete(entry);
    },
    tell(events, onTold) {
      let told = 0;
      if (telling === null) {
        const began = performance.now();
        for (const stored of events) {
          tellOne(stored);
          told += 1;
          if (performance.now() - began > turnMs) break;
        }
      }
      if (told === events.length && telling === null) return true;
      waiting.push({ events: events.slice(told), onTold });
      telling ??= tellWaiting();
      return false;
    },
    end: () => end,
    async idle() {
      while (telling !== null) await telling;
    },
  };
}
