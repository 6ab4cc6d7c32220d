import type { NoticeBoard } from './notice-board.ts';
import { isUnheard } from '../client/renderer-client.ts';
import { texts } from '../texts/texts.ts';

export interface LateCalls {
  /**
   * What a person wrote or marked and the core never heard is done once the core answers again: nobody does it twice.
   * @param place what is done there meanwhile goes in its stead: a name, or an object that is this act's alone
   * @param work told whether it comes late
   * @param otherwise the answer where something else went in its stead
   */
  readonly surely: <T>(place: string | object, work: (isLate: boolean) => Promise<T>, otherwise: T) => Promise<T>;
  /** What waits there is not done any more. */
  readonly drop: (place: string | object) => void;
}

/** @param whenBack Resolves once the core, which had not answered, answers again. */
export function createLateCalls(notify: NoticeBoard['post'], whenBack: () => Promise<void>): LateCalls {
  /** What was asked for last at a place, while the core has not answered. */
  const latest = new Map<string | object, object>();
  /** How many of them wait for the core to be back. */
  let unheard = 0;
  return {
    async surely(place, work, otherwise) {
      const own = {};
      latest.set(place, own);
      try {
        for (let isLate = false; latest.get(place) === own; isLate = true) {
          try {
            return await work(isLate);
          } catch (error) {
            if (!isUnheard(error)) throw error;
            if (!isLate) unheard += 1;
            // Once for all of it: who culls decides once a second.
            if (!isLate && unheard === 1) notify({ text: texts.errors.savedLater, kind: 'bad' });
            await whenBack();
            if (!isLate) unheard -= 1;
          }
        }
        return otherwise;
      } finally {
        if (latest.get(place) === own) latest.delete(place);
      }
    },
    drop: (place) => void latest.delete(place),
  };
}
