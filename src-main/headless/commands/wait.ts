import { setTimeout as sleep } from 'node:timers/promises';
import { InboxError } from '../../common/errors.ts';
import { hasWaitingVideo, isFilmAwaited } from '../../common/task-traits.ts';
import type { TaskView } from '../../common/task-view.ts';
import { outcomeOf as requestOutcome } from '../../common/requests.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import { instanceTexts } from '../../common/texts/en-instance.ts';
import { enRequests } from '../../common/texts/en-requests.ts';
import { say } from '../../common/texts/language.ts';
import type { Sentence } from '../../common/texts/sentence.ts';
import type { Command, Terminal } from '../command.ts';
import { dataDirAt } from '../../node/data-dir.ts';
import { findInstanceHolder } from '../../node/instance-lock.ts';
import { readCommandFlags } from '../command-flags.ts';
import { accessLibrary, type LibraryAccess } from '../library-access.ts';
import { connectLocal, needLocal, type LocalClient } from '../local-client.ts';
import { outcomeOf } from '../task-outcome.ts';
import { terminalTexts } from '../texts/en.ts';

const words = terminalTexts.wait;
/** An inbox is being started, or whoever has its folder ends before. */
const comes = [instanceTexts.starting(0, '').key, instanceTexts.commandAtWork(0).key];

const exitFailed = 2;
export const exitTimeout = 3;
/** A call over loopback costs a fraction of a millisecond; a person or a script does not notice the rest. */
const pollMs = 150;
const restartPatienceMs = 20_000;

export const runWait: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, { timeout: { type: 'string' } }, ['TASK_ID']);
  const [id = ''] = flags.positionals;
  // Not by the clock of the day, which may be set meanwhile.
  const deadline = performance.now() + (flags.secondsAsMs('timeout') ?? Infinity);
  const first = await connectLocal(flags.dataDir);
  if (first === null) {
    // Nobody works on it, but it may have ended long ago.
    const library = await accessLibrary(flags.dataDir, terminal);
    const task = await library.get(id);
    const exitCode = task === null ? null : await report(task, (found) => library.places([found]), terminal);
    if (exitCode !== null) return exitCode;
  }
  let inbox = first;
  let goneSince: number | null = null;
  for (;;) {
    try {
      inbox ??= await needLocal(flags.dataDir);
      const running = inbox;
      const task = await running.call('tasks:get', id);
      goneSince = null;
      const places = async ({ key }: TaskView) => running.call('tasks:places', [key]);
      const exitCode = task === null ? null : await report(task, places, terminal);
      if (exitCode !== null) return exitCode;
      if (performance.now() >= deadline) {
        terminal.err(await stillWaiting(running, id, task));
        if (task !== null && isFilmAwaited(task)) {
          for (const place of (await places(task))[0] ?? [])
            if (place !== null) terminal.err(say(commandTexts.draftHere(place)));
        }
        return exitTimeout;
      }
    } catch (error) {
      if (!(error instanceof InboxError) || error.code !== 'not-running') throw error;
      const isHeld = (await findInstanceHolder(dataDirAt(flags.dataDir).instanceFile))?.where === 'here';
      // Where none is being started either, it is told at once.
      if (inbox === null && !isHeld) throw error;
      if (performance.now() >= deadline) {
        terminal.err(inbox === null ? say(error.text) : words.inboxGone(id));
        return exitTimeout;
      }
      // An inbox that is being started anew is no reason to give up; it opens with all it had, and a large one slowly.
      const isStarting = isHeld && (inbox !== null || comes.includes(error.text.key));
      goneSince = isStarting ? null : (goneSince ?? performance.now());
      if (goneSince !== null && performance.now() >= goneSince + restartPatienceMs) throw error;
      inbox = (await connectLocal(flags.dataDir)) ?? inbox;
    }
    await sleep(Math.min(pollMs, Math.max(1, deadline - performance.now())));
  }
};

/** What is told where time is up. @param task as far as it is known. */
export async function stillWaiting(inbox: LocalClient, id: string, task: TaskView | null): Promise<string> {
  return task === null ? ((await refusedFor(inbox, id)) ?? words.notCome(id)) : words.notFinished(id);
}

/** What came for it and was not taken is what the person must know. */
async function refusedFor(inbox: LocalClient, id: string): Promise<string | null> {
  const query = { show: 'refused', provider: null, text: id, offset: 0, limit: 1 } as const;
  const [last] = (await inbox.call('requests:query', query)).rows;
  return last === undefined ? null : enRequests.refusedWhileWaiting(id, last.n, last.status, requestOutcome(last));
}

/** @returns the exit code once there is nothing left to wait for, else `null`. */
async function report(
  task: TaskView,
  placesOf: (task: TaskView) => ReturnType<LibraryAccess['places']>,
  terminal: Terminal,
): Promise<number | null> {
  const outcome = outcomeOf(task);
  if (outcome === null) return null;
  const [places = []] = await placesOf(task);
  if (outcome.kind === 'failed') {
    terminal.err(outcome.message);
    const tell = (numbers: readonly number[] | undefined, words: (place: string) => Sentence): void => {
      for (const n of numbers ?? []) {
        const place = places[n - 1] ?? null;
        if (place !== null) terminal.err(say(words(place)));
      }
    };
    tell(outcome.early, commandTexts.draftHere);
    tell(outcome.films, commandTexts.despiteFailure);
    if (task.state === 'failed' && hasWaitingVideo(task)) terminal.err(say(commandTexts.filmToCome(task.key)));
    return exitFailed;
  }
  for (const [index] of task.videos.entries()) {
    const place = places[index] ?? null;
    if (place === null) terminal.err(say(commandTexts.notHere(task.key, index + 1)));
    else terminal.out(place);
  }
  return 0;
}
