/**
 * Tells other programs what came: by a webhook, and by a command that the person named at the start. Both are bounded, and
 * neither holds up anything else.
 */
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { StampedEvent } from '../../common/events.ts';
import type { Task } from '../../common/model.ts';
import type { TaskView } from '../../common/task-view.ts';
import { hasCome } from '../../common/task-traits.ts';
import type { TakingTurns } from '../in-turns.ts';
import type { Library } from '../projections/library.ts';
import type { Log } from '../log/log.ts';
import type { Fetch } from '../outgoing/outgoing.ts';
import { createSlots } from '../slots.ts';
import type { Clock } from '../clock.ts';
import { nameOf, type HookBook, type LostHooks, type WaitingHook } from './hook-book.ts';
import { runHookCommand } from './hook-command.ts';
import { createWebhook, type WebhookAnswer } from './webhook.ts';

export type HookEvent = 'task.saved' | 'task.failed' | 'test';

export interface HookPorts {
  readonly webhookUrl: () => string | null;
  readonly secret: () => string | null;
  /** Gets the event as JSON on its standard input. From the environment only: a page must not set it. */
  readonly command: string | null;
  readonly toTaskView: (task: Task) => TaskView;
  readonly book: HookBook;
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly log: Log;
}

export interface Hooks {
  /** There is somebody to tell. */
  areWanted(): boolean;
  /** @param isOurs Otherwise another machine tells of it. */
  onChange(change: { readonly event: StampedEvent; readonly task: Task | null }, isOurs?: boolean): void;
  /** Whoever was to tell is gone, and may have been for so long: what came since is told from here. */
  takeOver(library: Pick<Library, 'get' | 'newestInTurns'>, goneMs: number, turns: TakingTurns): Promise<void>;
  /**
   * Sends the webhooks that a stop or a kill has interrupted, under the ids that they had, and runs such commands again.
   * @param isAlone Nobody else tells of these tasks: what the last moments before a kill brought is looked for as well.
   */
  catchUp(
    library: Pick<Library, 'get' | 'glances' | 'newestInTurns'>,
    turns: TakingTurns,
    isAlone: boolean,
  ): Promise<void>;
  /** Sends one webhook now, and tells what came of it. */
  test(): Promise<WebhookAnswer>;
  /** What nobody was told of, though it was to be: until a trial arrives, or the person has seen it. */
  lost(): LostHooks;
  /** The person has seen it. */
  forgetLost(): void;
  idle(): Promise<void>;
  close(): Promise<void>;
}

const mostCommands = 1000;
const commandsAtOnce = 2;
/** Of what others are to tell. */
const mostOfOthers = 10_000;
/** So wrong the clocks of machines may be; what they told before is not told again. */
const mostSkewMs = 5 * 60_000;
/** What is older is no news. */
const mostUntoldMs = 7 * 86_400_000;
/** Where nobody knows how long nobody told. */
const usualUntoldMs = 3_600_000;
/** Of what came before: more than a webhook takes at once would be given up. */
const oldAtOnce = 500;
/** What was on its way to whoever was to tell it. */
const marginMs = 500;

/** What another machine is to tell of; it may be gone. */
interface News {
  readonly type: WaitingHook['type'];
  readonly key: string;
  readonly event: Pick<StampedEvent, 'seq' | 'at'>;
  /** By the clock that only goes on. */
  readonly heardMs: number;
}

type Loss = (lost: LostHooks) => Partial<LostHooks>;

const oneCommand: Loss = ({ commands }) => ({ commands: commands + 1 });

export function createHooks({ webhookUrl, secret, command, toTaskView, book, clock, fetch, log }: HookPorts): Hooks {
  const running = new Set<Promise<unknown>>();
  const commandSlots = createSlots(commandsAtOnce);
  const oldSlots = createSlots(oldAtOnce);
  let commandsWaiting = 0;
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const isStopped = (): boolean => stop.signal.aborted;
  const webhook = createWebhook({ url: webhookUrl, secret, stop: stop.signal, clock, fetch, log });

  /** Of this run, until what waited from before is taken up. */
  let toldBefore: Set<string> | null = new Set();

  /** The ways in which somebody wants to hear of it. */
  function wanted(hook: WaitingHook): readonly WaitingHook[] {
    return [
      ...(webhookUrl() === null ? [] : [hook]),
      ...(command === null ? [] : [{ ...hook, by: 'command' as const }]),
    ];
  }

  let ofOthers: News[] = [];

  function note(type: WaitingHook['type'], key: string, event: News['event']): readonly WaitingHook[] {
    const hooks = wanted({ id: idOf(type, key, event.at), type, key });
    book.looked(event, hooks);
    for (const hook of hooks) toldBefore?.add(nameOf(hook));
    return hooks;
  }

  function tell(type: WaitingHook['type'], task: Task, event: News['event']): void {
    const text = textOf(type, toTaskView(task));
    for (const hook of note(type, task.key, event)) track(send(hook, text));
  }

  async function send(hook: WaitingHook, text: string): Promise<void> {
    const lost = hook.by === 'command' ? await runCommand(hook.id, text) : await sendWebhook(hook.id, text);
    // What the end of this run interrupts is taken up by the next one.
    if (isStopped()) return;
    book.ended(hook);
    if (lost !== null) book.lose(lost(book.lost()));
  }

  /** @returns what is lost by it; `null` where all is well. */
  async function sendWebhook(id: string, text: string): Promise<Loss | null> {
    const given = await webhook.deliver(text, id);
    if (given === null) return null;
    const { code, status } = given;
    return ({ webhooks }) => ({ webhooks: webhooks + 1, why: { code, status } });
  }

  /** Where nobody named a command any more, nobody wants to hear of it. */
  async function runCommand(id: string, text: string): Promise<Loss | null> {
    if (command === null) return null;
    if (commandsWaiting >= mostCommands) {
      log.warn({}, 'too many commands wait; one is left out');
      return oneCommand;
    }
    commandsWaiting += 1;
    const isWell = await commandSlots(
      async () => isStopped() || runHookCommand({ command, id, input: text, stop: stop.signal, log }),
    ).finally(() => (commandsWaiting -= 1));
    return isWell ? null : oneCommand;
  }

  function track(work: Promise<unknown>): void {
    const settled = work.catch((error: unknown) =>
      log.error({ error }, 'a hook failed in a way that was not foreseen'),
    );
    running.add(settled);
    void settled.finally(() => running.delete(settled));
  }

  const areWanted = (): boolean => webhookUrl() !== null || command !== null;
  const isTold = (hook: WaitingHook): boolean => toldBefore?.has(nameOf(hook)) === true;

  /** All of them stand in the book: what the end of this run leaves is sent by the next one. */
  function sendAll(library: Pick<Library, 'get'>, hooks: readonly WaitingHook[]): void {
    for (const hook of hooks) {
      const sent = oldSlots(async () => {
        if (isStopped()) return;
        const task = library.get(hook.key);
        if (task === undefined || task.trashedAt !== null) book.ended(hook);
        else await send(hook, textOf(hook.type, toTaskView(task)));
      });
      track(sent);
    }
  }

  /** What came since the last run, and nobody was told of; noted. */
  async function untold(
    library: Pick<Library, 'newestInTurns'>,
    turns: TakingTurns,
    sinceMs: number,
    skewMs: number,
  ): Promise<readonly WaitingHook[]> {
    const { before } = book;
    if (before === null || !areWanted()) return [];
    const known = new Set([...before.waiting.map(nameOf), ...before.ended]);
    const since = new Date(Math.max(Date.parse(before.at), sinceMs) - skewMs).toISOString();
    const hooks: WaitingHook[] = [];
    for await (const task of turns(library.newestInTurns(({ seq }) => seq > before.seq))) {
      const fresh = newsOf(task, since)
        .flatMap(wanted)
        .filter((hook) => !known.has(nameOf(hook)) && !isTold(hook));
      book.looked({ seq: before.seq, at: before.at }, fresh);
      hooks.push(...fresh);
    }
    return hooks;
  }

  const textOf = (type: HookEvent, data: TaskView | Record<string, never>): string =>
    JSON.stringify({ type, timestamp: clock.date().toISOString(), data });

  return {
    areWanted,
    onChange({ event, task }, isOurs = true) {
      if (task === null || task.trashedAt !== null) return;
      const news = (type: WaitingHook['type']): void => {
        if (isOurs) tell(type, task, event);
        // Who is named later is told of what comes then.
        else if (!areWanted()) book.looked(event, []);
        else
          ofOthers.push({ type, key: task.key, event: { seq: event.seq, at: event.at }, heardMs: performance.now() });
        if (ofOthers.length > 2 * mostOfOthers) ofOthers = ofOthers.slice(-mostOfOthers);
      };
      // An early film is not told of: the film itself is, once. Where no film follows, it was all that there is.
      const isLastWord =
        event.type === 'unwatched' || (event.type === 'result' && task.history.at(-1)?.kind !== 'repeat');
      const hasEarly = task.videos.some(({ early }) => early === true);
      const isNews = event.type === 'video-saved' || (isLastWord && hasEarly && task.state !== 'failed');
      if (isNews && hasCome(task)) news('task.saved');
      const hasFailed = event.type === 'result' && task.state === 'failed' && task.history.at(-1)?.kind !== 'repeat';
      if (hasFailed || event.type === 'video-failed') news('task.failed');
    },
    async takeOver(library, goneMs, turns) {
      const heard = ofOthers;
      ofOthers = [];
      const untoldMs = Math.min(Number.isFinite(goneMs) ? goneMs : usualUntoldMs, mostUntoldMs) + marginMs;
      const heardSinceMs = performance.now() - untoldMs;
      const sinceMs = clock.date().getTime() - untoldMs;
      const hooks = heard
        .filter(({ heardMs, event }) => heardMs >= heardSinceMs && Date.parse(event.at) >= sinceMs - mostSkewMs)
        .flatMap(({ type, key, event }) => note(type, key, event));
      // And what came before this run began.
      const ofBefore = toldBefore === null ? [] : await untold(library, turns, sinceMs, mostSkewMs);
      toldBefore = null;
      sendAll(library, [...hooks, ...ofBefore]);
    },
    async catchUp(library, turns, isAlone) {
      const { before } = book;
      sendAll(library, before?.waiting.filter((hook) => !isTold(hook)) ?? []);
      if (before === null && areWanted()) {
        const last = library.glances().reduce((most, { glance }) => Math.max(most, glance.seq), 0);
        book.begin(last, clock.date().toISOString());
      }
      if (!isAlone && areWanted()) return;
      const hooks = await untold(library, turns, -Infinity, 0);
      toldBefore = null;
      sendAll(library, hooks);
    },
    async test() {
      const answer = await webhook.post(textOf('test', {}));
      if (answer.ok) book.lose({ webhooks: 0 });
      return answer;
    },
    lost: () => book.lost(),
    forgetLost: () => book.lose({ webhooks: 0, commands: 0 }),
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
    async close() {
      stop.abort(new Error('the inbox is closing'));
      await Promise.allSettled(running);
      await book.close();
    },
  };
}

/** Whoever is told of it twice, since a kill came between the two, knows it by this. */
function idOf(type: WaitingHook['type'], key: string, at: string): string {
  return `msg_${createHash('sha256')
    .update(JSON.stringify([type, key, at]))
    .digest('hex')
    .slice(0, 32)}`;
}

/** What is to be told of what happened to a task after `since`: the last of it. */
function newsOf(task: Task, since: string): readonly WaitingHook[] {
  const last = task.history.findLast(({ kind }) => kind !== 'repeat' && kind !== 'watched' && kind !== 'link');
  if (task.trashedAt !== null || last === undefined || last.at < since) return [];
  const hook = (type: WaitingHook['type']): WaitingHook => ({ id: idOf(type, task.key, last.at), type, key: task.key });
  if (last.kind === 'saved' || last.kind === 'unwatched') return hasCome(task) ? [hook('task.saved')] : [];
  return last.kind === 'failed' || task.state === 'failed' ? [hook('task.failed')] : [];
}
