/** What came of a task for whoever waits for its videos. */
import { isFilmAwaited, isGivenUp } from '../common/task-traits.ts';
import { type TaskView, videoTrouble } from '../common/task-view.ts';
import { providerTextsEn } from '../common/texts/en-providers.ts';
import { say, sayTold } from '../common/texts/language.ts';
import { terminalTexts } from './texts/en.ts';

const words = terminalTexts.wait;

export type Outcome =
  | { readonly kind: 'saved' }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** Numbers, from 1, of videos of which only an early one is here. */
      readonly early?: readonly number[];
      /** The same of videos that are here although the provider reports a failure. */
      readonly films?: readonly number[];
    };

const earlyOf = (task: TaskView): readonly number[] =>
  task.videos.flatMap(({ state, path }, index) => (state !== 'saved' && path !== null ? [index + 1] : []));

/** `null` while there is something to wait for. */
export function outcomeOf(task: TaskView): Outcome | null {
  if (task.state === 'failed') {
    const films = task.videos.flatMap(({ state }, index) => (state === 'saved' ? [index + 1] : []));
    return { kind: 'failed', message: task.message ?? words.failed, ...(films.length > 0 ? { films } : {}) };
  }
  // What was named while it is being made may be a draft: its end names the film.
  if (isFilmAwaited(task)) return null;
  const lost = task.videos.find(({ state }) => state === 'failed' || state === 'expired');
  if (lost !== undefined) {
    return { kind: 'failed', message: sayTold(videoTrouble(lost)) ?? words.notDownloaded, early: earlyOf(task) };
  }
  const isSaved = task.videos.every(({ state, path }) => state === 'saved' && path !== null);
  if (task.videos.length > 0) return isSaved ? { kind: 'saved' } : null;
  if (task.state !== 'succeeded') return givenUp(task);
  // Ready, and its film is asked for: with the key, or since the callback named none.
  if (task.askedNextAt !== undefined) return null;
  return { kind: 'failed', message: task.needsApiKey ? words.needsKey : words.noVideo };
}

/** A task that nobody waits for any more has not failed, but nothing will come of it by itself. */
function givenUp(task: TaskView): Outcome | null {
  if (!isGivenUp(task)) return null;
  const code = task.history.findLast(({ kind }) => kind === 'unwatched')?.code ?? 'person';
  return { kind: 'failed', message: say(providerTextsEn.givenUp(task.provider, code)) };
}
