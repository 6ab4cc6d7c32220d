import type { TaskState } from '../model.ts';
import type { BodyView } from './body-view.ts';
import { numberOf, own, textOf, type JsonRecord } from './json.ts';
import { isOfOther, isStateName, remembered, wordsOf } from './names.ts';
import { stateWordIn, type StateReading } from './state-reading.ts';
import { stateOf } from './state-words.ts';

/** A field that is called a state, wherever it stands: a word that we know before one that we do not. */
export function fromAnywhere(body: BodyView): StateReading | null {
  if (!body.mayHold(isStateName)) return null;
  let unknown: StateReading | null = null;
  let listed: StateReading | null = null;
  let list: string | null = null;
  let latest: JsonRecord | null = null;
  for (const { record, names, name: place, siblings } of body.parts()) {
    if (isOfOther(place)) continue;
    const isPart = isPartOfWay(place);
    for (const name of names) {
      if (!isStateName(name)) continue;
      const word = stateWordIn(record[name]);
      const state = word === null ? undefined : stateOf(word);
      if (isPart && state === 'succeeded') continue;
      if (state !== undefined && siblings < 2) return listed ?? { state, word };
      const isNext = place === list && (isHistory(place) ? isLater(record, latest) : isMore(state, listed?.state));
      if (state !== undefined && (listed === null || isNext)) {
        listed = { state, word };
        list = place;
        latest = record;
      }
      if (word !== null) unknown ??= { state: 'unknown', word };
    }
  }
  return listed ?? unknown;
}

/** What comes before a film or behind it, and has not made it where it went well. */
const isPartOfWay = remembered((name: string): boolean =>
  wordsOf(name).some((word) => /^(?:moderation|safety|nsfw|storage|email)$/.test(word)),
);

/** Of several jobs of one task what goes on tells that it does, and one that went well that there is something to have. */
function isMore(state: TaskState | undefined, than: TaskState | undefined): boolean {
  return state !== undefined && than !== undefined && ranks.indexOf(state) > ranks.indexOf(than);
}

/** What one task went through, one after the other; the last is where it is now. */
const isHistory = remembered((name: string): boolean =>
  wordsOf(name).some((word) => /^(?:history|histories|timeline|transitions?|changes|updates|lifecycle)$/.test(word)),
);

/** Nearly all write what came later behind it; where times say otherwise they count. */
function isLater(record: JsonRecord, than: JsonRecord | null): boolean {
  const times = [record, than ?? {}].map((each) => {
    for (const name of [
      'at',
      'time',
      'timestamp',
      'ts',
      'date',
      'created_at',
      'createdAt',
      'updated_at',
      'updatedAt',
    ]) {
      const value = own(each, name);
      const time = numberOf(value) ?? Date.parse(textOf(value, 40) ?? '');
      if (!Number.isNaN(time)) return time;
    }
    return null;
  });
  const [time = null, before = null] = times;
  return time === null || before === null || time >= before;
}

const ranks: readonly TaskState[] = ['failed', 'succeeded', 'processing'];
