import path from 'node:path';
import { InboxError } from '../../common/errors.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import { storedAttemptSentence } from '../../common/texts/en-downloads.ts';
import { say, sayTold } from '../../common/texts/language.ts';
import type { Attempt } from '../../common/model.ts';
import { fewTries, type TaskView, videoTrouble } from '../../common/task-view.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import {
  formatBytes,
  formatLabel,
  formatNumber,
  formatSeconds,
  formatTime,
  oneLine,
  providerLabel,
} from '../format.ts';
import { accessLibrary, type VideoPlaces } from '../library-access.ts';
import { outcomeOf } from '../task-outcome.ts';
import { terminalTexts } from '../texts/en.ts';

const words = terminalTexts.show;

export const runShow: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, { json: { type: 'boolean' } }, ['TASK_ID']);
  const [id = ''] = flags.positionals;
  const library = await accessLibrary(flags.dataDir, terminal);
  const task = await library.get(id);
  if (task === null) {
    throw new InboxError('not-found', commandTexts.notInLibrary(id));
  }
  const [places = []] = await library.places([task]);
  terminal.out(flags.isSet('json') ? JSON.stringify(withPlaces(task, places)) : describe(task, places));
  return 0;
};

/** With the address of each video that is no file of this machine; `path` is its name in the library all the same. */
export function withPlaces(task: TaskView, places: VideoPlaces[number]): unknown {
  const elsewhere = (place: string | null | undefined) =>
    place === null || place === undefined || path.isAbsolute(place) ? {} : { place };
  return { ...task, videos: task.videos.map((video, index) => ({ ...video, ...elsewhere(places[index]) })) };
}

/**
 * True where the task has come after all, and its message is still that of the failure before: the callback of the success
 * had none. As JSON the task is told as it is stored.
 */
function isOfFailure({ state, message, history }: TaskView): boolean {
  const said = state === 'succeeded' ? history.filter((entry) => entry.message === message) : [];
  return said.length > 0 && said.every((entry) => entry.state === 'failed');
}

function describe(task: TaskView, places: VideoPlaces[number]): string {
  const line = (name: string, value: string | null): string[] =>
    value === null ? [] : [`${formatLabel(name, 10)}${value}`];
  return [
    ...line(words.task, task.key),
    ...line(words.provider, providerLabel(task.provider)),
    ...line(words.state, terminalTexts.states[task.state]),
    ...line('', whyNone(task)),
    ...line(words.message, task.message === null || isOfFailure(task) ? null : oneLine(task.message, 2000)),
    ...line(words.prompt, task.prompt === null ? null : oneLine(task.prompt, 2000)),
    ...line(words.source, task.sourceUrl === null ? null : oneLine(task.sourceUrl, 2000)),
    ...line(words.received, formatTime(task.receivedAt)),
    ...line(words.callbacks, `${formatNumber(task.deliveries)}, ${terminalTexts.trust[task.trust]}`),
    ...task.videos.flatMap((video, index) => [
      ...line(words.video(index + 1), `${terminalTexts.videoStates[video.state]}${why(video)}`),
      ...line(
        '',
        video.path === null
          ? oneLine(video.url, 500)
          : (places[index] ?? say(commandTexts.notHere(task.key, index + 1))),
      ),
      ...line('', video.sizeBytes === null ? null : facts(video)),
      ...(video.attempts ?? []).flatMap((attempt) => line('', attemptLine(attempt))),
      ...line('', video.state === 'queued' ? nextLine(video) : null),
    ]),
  ].join('\n');
}

/** Of a task that is over without a film, or that nobody waits for any more. */
function whyNone(task: TaskView): string | null {
  const outcome = task.state === 'failed' || task.videos.length > 0 ? null : outcomeOf(task);
  return outcome?.kind === 'failed' ? oneLine(outcome.message, 500) : null;
}

function why(video: TaskView['videos'][number]): string {
  const said = sayTold(videoTrouble(video));
  return said === null ? '' : `: ${oneLine(said, 500)}`;
}

function attemptLine(attempt: Attempt): string {
  const { at, reason, params, n } = attempt;
  const sentence = storedAttemptSentence(reason, params);
  return `${formatTime(at)}  ${words.attempt(n, fewTries(attempt), sentence === null ? reason : oneLine(say(sentence), 500))}`;
}

function nextLine({ attempts = [] }: TaskView['videos'][number]): string | null {
  const next = attempts.at(-1)?.nextAt ?? null;
  return next === null ? null : words.next(formatTime(next));
}

function facts({ sizeBytes, width, height, durationSeconds, container }: TaskView['videos'][number]): string {
  return [
    sizeBytes === null ? null : formatBytes(sizeBytes),
    width === null || height === null ? null : `${String(width)} x ${String(height)}`,
    durationSeconds === null ? null : formatSeconds(durationSeconds),
    container,
  ]
    .filter((fact) => fact !== null)
    .join(', ');
}
