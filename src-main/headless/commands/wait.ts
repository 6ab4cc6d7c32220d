import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InboxError } from '../../common/errors.ts';
import type { Task } from '../../common/model.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { connectLocal, needLocal, type LocalClient } from '../local-client.ts';

const exitFailed = 2;
const exitTimeout = 3;
/** A call over loopback costs a fraction of a millisecond; a person or a script does not notice the rest. */
const pollMs = 150;
const restartPatienceMs = 20_000;

export const runWait: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, { timeout: { type: 'string' } }, ['TASK_ID']);
  const [id = ''] = flags.positionals;
  const seconds = flags.number('timeout', 0);
  const deadline = seconds === null ? Infinity : Date.now() + seconds * 1000;
  let inbox: LocalClient = await needLocal(flags.dataDir);
  let goneSince: number | null = null;
  for (;;) {
    let task: Task | null;
    try {
      task = await inbox.call('tasks:get', id);
      goneSince = null;
    } catch (error) {
      // An inbox that is being started anew is no reason to give up; it opens with all it had.
      goneSince ??= Date.now();
      const patienceEnds = Math.min(deadline, goneSince + restartPatienceMs);
      if (!(error instanceof InboxError) || error.code !== 'not-running' || Date.now() >= patienceEnds) throw error;
      await sleep(pollMs);
      inbox = (await connectLocal(flags.dataDir)) ?? inbox;
      continue;
    }
    const outcome = task === null ? null : outcomeOf(task);
    if (outcome?.kind === 'saved') {
      for (const file of outcome.paths) terminal.out(path.join(flags.dataDir, file));
      if (outcome.note !== null) terminal.err(outcome.note);
      return 0;
    }
    if (outcome?.kind === 'failed') {
      terminal.err(outcome.message);
      return exitFailed;
    }
    if (Date.now() >= deadline) {
      terminal.err(
        task === null
          ? `Time is up: no callback for "${id}" has come yet.`
          : `Time is up: "${id}" is not finished yet. It goes on in the inbox.`,
      );
      return exitTimeout;
    }
    await sleep(Math.min(pollMs, Math.max(1, deadline - Date.now())));
  }
};

type Outcome =
  | { readonly kind: 'saved'; readonly paths: readonly string[]; readonly note: string | null }
  | { readonly kind: 'failed'; readonly message: string };

/** `null` while there is something to wait for. */
function outcomeOf(task: Task): Outcome | null {
  if (task.state === 'failed') {
    return { kind: 'failed', message: task.message ?? 'The provider says that it failed, without a reason.' };
  }
  const lost = task.videos.find(({ state }) => state === 'failed' || state === 'expired');
  if (lost !== undefined) return { kind: 'failed', message: lost.error ?? 'A video could not be downloaded.' };
  const paths = task.videos.flatMap(({ state, path: file }) => (state === 'saved' && file !== null ? [file] : []));
  if (task.videos.length > 0) return paths.length === task.videos.length ? { kind: 'saved', paths, note: null } : null;
  if (task.state !== 'succeeded') return null;
  const note = task.needsApiKey
    ? 'The task succeeded, but its callback has no link: the video must be fetched with an API key of the provider.'
    : 'The task succeeded, but its callback names no video.';
  return { kind: 'saved', paths, note };
}
