/**
 * Tells other programs what came: a signed webhook (Standard Webhooks) to an address of the person's choice, and a
 * command that they named at the start. Both are bounded, and neither holds up anything else.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { Webhook } from 'standardwebhooks';
import type { StampedEvent } from '../../common/events.ts';
import type { Task } from '../../common/model.ts';
import type { TaskView } from '../../common/task-view.ts';
import { hasCome } from '../../common/task-traits.ts';
import type { Log } from '../log/log.ts';
import { isErrno } from '../storage/durable-files.ts';
import { orAfter } from '../time-limit.ts';
import type { Clock } from '../tunnel/clock.ts';

export type HookEvent = 'task.saved' | 'task.failed' | 'test';

export interface HookPorts {
  readonly webhookUrl: () => string | null;
  /** `whsec_…` or base64; without one no webhook is sent, since whoever gets it could not tell it from a forged one. */
  readonly secret: () => string | null;
  /** Run by the shell, the event as JSON on its standard input. From the environment only: a page must not set it. */
  readonly command: string | null;
  readonly toTaskView: (task: Task) => TaskView;
  readonly clock: Clock;
  readonly log: Log;
}

export interface HookTest {
  readonly ok: boolean;
  /** `no-url`, `no-secret`, `answered`, `refused`, `unreachable`. */
  readonly code: string;
  readonly status: number | null;
}

/** Of this run, until a trial arrives. */
export interface LostHooks {
  readonly webhooks: number;
  /** Why the last of them did not arrive. */
  readonly why: Pick<HookTest, 'code' | 'status'>;
  readonly commands: number;
}

export interface Hooks {
  onChange(change: { readonly event: StampedEvent; readonly task: Task | null }): void;
  /** Sends one webhook now, and tells what came of it. */
  test(): Promise<HookTest>;
  /** What nobody was told of, though it was to be. */
  lost(): LostHooks;
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** After the first attempt; what takes longer than that to come back is told of by the library itself. */
const retryMs = [1000, 5000, 30_000, 120_000, 600_000];
const timeoutMs = 15_000;
const mostWaiting = 1000;
const commandLimitMs = 60_000;
const commandsAtOnce = 2;
/** A burst opens no more connections than that. */
const postsAtOnce = 8;

export function createHooks(ports: HookPorts): Hooks {
  const { clock, log } = ports;
  const running = new Set<Promise<unknown>>();
  const commands: string[] = [];
  let commandsRunning = 0;
  let waiting = 0;
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const isStopped = (): boolean => stop.signal.aborted;
  let lost: LostHooks = { webhooks: 0, why: { code: 'answered', status: null }, commands: 0 };
  const loseWebhook = ({ code, status }: LostHooks['why']): void => {
    lost = { ...lost, webhooks: lost.webhooks + 1, why: { code, status } };
  };
  const loseCommand = (): void => {
    lost = { ...lost, commands: lost.commands + 1 };
  };
  let posting = 0;
  const turns: (() => void)[] = [];

  function tell(type: HookEvent, task: Task): void {
    const text = payload(type, ports.toTaskView(task));
    if (ports.webhookUrl() !== null) track(send(text));
    if (ports.command !== null) {
      if (commands.length >= mostWaiting) {
        log.warn({ type }, 'too many commands wait; one is left out');
        loseCommand();
      } else commands.push(text);
      nextCommand();
    }
  }

  function track(work: Promise<unknown>): void {
    const settled = work.catch((error: unknown) =>
      log.error({ error }, 'a hook failed in a way that was not foreseen'),
    );
    running.add(settled);
    void settled.finally(() => running.delete(settled));
  }

  async function send(text: string): Promise<void> {
    if (waiting >= mostWaiting) {
      log.warn({}, 'too many webhooks wait for their address; one is left out');
      loseWebhook({ code: 'unreachable', status: null });
      return;
    }
    waiting += 1;
    const id = `msg_${randomUUID()}`;
    try {
      for (let attempt = 0; ; attempt += 1) {
        const { code, status } = await inTurn(() => post(text, id));
        if (code === 'answered' || isStopped()) return;
        const pauseMs = retryMs[attempt];
        // 410: whoever listened there does not want to hear any more.
        if (pauseMs === undefined || status === 410 || code === 'no-url' || code === 'no-secret') {
          log.warn({ code, status, attempts: attempt + 1 }, 'a webhook could not be delivered');
          // Where no address is set any more, nobody wants to hear of it.
          if (code !== 'no-url') loseWebhook({ code, status });
          return;
        }
        await pause(pauseMs);
        if (isStopped()) return;
      }
    } finally {
      waiting -= 1;
    }
  }

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (posting >= postsAtOnce) await new Promise<void>((resolve) => turns.push(resolve));
    else posting += 1;
    try {
      return await work();
    } finally {
      const next = turns.shift();
      if (next === undefined) posting -= 1;
      else next();
    }
  }

  async function post(text: string, id: string): Promise<HookTest> {
    const url = ports.webhookUrl();
    if (url === null) return { ok: false, code: 'no-url', status: null };
    const secret = ports.secret();
    if (secret === null) return { ok: false, code: 'no-secret', status: null };
    const at = clock.date();
    try {
      const { address, authorization } = withoutUser(url);
      const response = await fetch(address, {
        method: 'POST',
        // What is signed for one address is sent to no other; whoever leads elsewhere has not taken it.
        redirect: 'manual',
        signal: orAfter(stop.signal, timeoutMs),
        headers: {
          'content-type': 'application/json',
          ...(authorization === null ? {} : { authorization }),
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': new Webhook(secret).sign(id, at, text),
        },
        body: text,
      });
      await response.body?.cancel();
      return { ok: response.ok, code: response.ok ? 'answered' : 'refused', status: response.status };
    } catch (error) {
      log.info({ error }, 'a webhook did not arrive');
      return { ok: false, code: 'unreachable', status: null };
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        stop.signal.removeEventListener('abort', end);
        resolve();
      };
      const cancel = clock.after(ms, end);
      stop.signal.addEventListener('abort', end);
      if (stop.signal.aborted) end();
    });
  }

  function nextCommand(): void {
    if (commandsRunning >= commandsAtOnce || stop.signal.aborted) return;
    const text = commands.shift();
    if (text === undefined || ports.command === null) return;
    commandsRunning += 1;
    track(
      run(ports.command, text).finally(() => {
        commandsRunning -= 1;
        nextCommand();
      }),
    );
  }

  function run(command: string, text: string): Promise<void> {
    return new Promise((resolve) => {
      // In a group of its own, so that what the shell has started ends with it.
      const child = spawn(command, {
        shell: true,
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: hasGroups,
        env: withoutKeys(process.env),
      });
      const kill = (): void => {
        try {
          killGroup(child);
        } catch (error) {
          // It runs as somebody else (`sudo`): nobody waits for it any more.
          end({ error });
        }
      };
      const limit = setTimeout(kill, commandLimitMs);
      stop.signal.addEventListener('abort', kill);
      const end = (fields: object): void => {
        clearTimeout(limit);
        stop.signal.removeEventListener('abort', kill);
        log.info(fields, 'the command of the person was run');
        resolve();
      };
      child.once('error', (error) => end({ error }));
      child.once('close', (code) => {
        if (code !== 0 && !stop.signal.aborted) loseCommand();
        end({ code });
      });
      child.stdin.on('error', () => undefined); // it need not read
      child.stdin.end(text);
    });
  }

  return {
    onChange({ event, task }) {
      if (task === null || task.trashedAt !== null) return;
      // A draft is not told of: its film is, once. Where no film follows, it was all that there is.
      const isLastWord =
        event.type === 'unwatched' || (event.type === 'result' && task.history.at(-1)?.kind !== 'repeat');
      const isDraft = task.videos.some(({ early }) => early === true);
      const isNews = event.type === 'video-saved' || (isLastWord && isDraft && task.state !== 'failed');
      if (isNews && hasCome(task)) tell('task.saved', task);
      const hasFailed = event.type === 'result' && task.state === 'failed' && task.history.at(-1)?.kind !== 'repeat';
      if (hasFailed || event.type === 'video-failed') tell('task.failed', task);
    },
    async test() {
      const text = JSON.stringify({ type: 'test', timestamp: clock.date().toISOString(), data: {} });
      const answer = await post(text, `msg_${randomUUID()}`);
      if (answer.ok) lost = { ...lost, webhooks: 0 };
      return answer;
    },
    lost: () => lost,
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
    async close() {
      stop.abort(new Error('the inbox is closing'));
      await Promise.allSettled(running);
    },
  };

  function payload(type: HookEvent, task: TaskView): string {
    return JSON.stringify({ type, timestamp: clock.date().toISOString(), data: task });
  }
}

/** `fetch` takes no address with a user in it, as n8n and others hand out. */
function withoutUser(url: string): { readonly address: URL; readonly authorization: string | null } {
  const address = new URL(url);
  const { username, password } = address;
  if (username === '' && password === '') return { address, authorization: null };
  address.username = '';
  address.password = '';
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { address, authorization: `Basic ${Buffer.from(user).toString('base64')}` };
}

/** On Windows a program apart from ours would open a console, and the shell alone is ended. */
const hasGroups = process.platform !== 'win32';

function killGroup(child: ChildProcess): void {
  if (!hasGroups || child.pid === undefined) {
    child.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // All of it has ended meanwhile.
    if (!isErrno(error, ['ESRCH'])) throw error;
  }
}

/** A key goes to its provider only: the command, and what it starts, has none of those that the inbox was given. */
function withoutKeys(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !keyNames.test(name)));
}

const keyNames = /^(?:VIDEO_INBOX_SECRET_.*|VIDEO_INBOX_DATABASE_URL|NGROK_AUTHTOKEN)$/i;
