/** A real Firefox, spoken to over WebDriver BiDi. @see https://www.w3.org/TR/webdriver-bidi/ */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'undici';
import {
  clickActions,
  type Engine,
  type EnginePage,
  middleOf,
  pressActions,
  typeActions,
  viewport,
} from './engine-page.ts';

/** Nothing asked of Mozilla at a start, and films that play without a click. */
const preferences = `
user_pref("media.autoplay.default", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("app.update.enabled", false);
user_pref("app.normandy.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.safebrowsing.update.enabled", false);
user_pref("extensions.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
`;
const startLimitMs = 60_000;

interface Reply {
  readonly id?: number;
  readonly type: 'success' | 'error' | 'event';
  readonly result?: unknown;
  readonly message?: string;
}

export interface Firefox extends Engine {
  /** PNG of the viewport, base64. */
  screenshot(): Promise<string>;
}

export async function launchFirefox(executable: string): Promise<Firefox> {
  const profile = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-firefox-'));
  await writeFile(path.join(profile, 'user.js'), preferences);
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'];
  const size = [`--width=${viewport.width}`, `--height=${viewport.height + 85}`];
  const child = spawn(executable, [...args, ...size, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const end = new Promise<void>((resolve) => child.once('close', () => resolve()));

  async function close(): Promise<void> {
    child.kill('SIGKILL');
    await end;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }

  try {
    const address = await new Promise<string>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error('Firefox did not start in time')), startLimitMs);
      child.once('error', reject);
      child.once('close', () => reject(new Error('Firefox ended at its start')));
      createInterface({ input: child.stderr }).on('line', (line) => {
        const found = /WebDriver BiDi listening on (ws:\S+)/.exec(line)?.[1];
        if (found === undefined) return;
        clearTimeout(limit);
        resolve(found);
      });
    });
    const command = await connect(`${address}/session`);
    await command('session.new', { capabilities: {} });
    // The window of the start never has the focus where there is no display, and there Enter presses no button.
    const { context } = (await command('browsingContext.create', { type: 'window' })) as { readonly context: string };
    await command('browsingContext.setViewport', { context, viewport });
    return {
      page: pageOf(context, command),
      async screenshot() {
        const { data } = (await command('browsingContext.captureScreenshot', { context })) as { readonly data: string };
        return data;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Command = (method: string, params: object) => Promise<unknown>;

async function connect(address: string): Promise<Command> {
  const socket = new WebSocket(address);
  const waiting = new Map<number, (reply: Reply) => void>();
  let last = 0;
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`no connection to ${address}`)));
  });
  const fail = () => {
    for (const settle of waiting.values()) settle({ type: 'error', message: 'the connection to Firefox is gone' });
  };
  socket.addEventListener('close', fail);
  socket.addEventListener('message', ({ data }: { readonly data: unknown }) => {
    const reply = JSON.parse(String(data)) as Reply;
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      const id = (last += 1);
      waiting.set(id, (reply) => {
        waiting.delete(id);
        if (reply.type === 'success') resolve(reply.result);
        else reject(new Error(`${method}: ${reply.message ?? 'failed'}`));
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
}

interface Evaluated {
  readonly type: 'success' | 'exception';
  readonly result?: { readonly type: string; readonly value?: unknown };
  readonly exceptionDetails?: { readonly text: string };
}

function pageOf(context: string, command: Command): EnginePage {
  const act = (id: string, type: 'key' | 'pointer', actions: readonly object[]) =>
    command('input.performActions', { context, actions: [{ type, id, actions }] });

  const page: EnginePage = {
    async go(url) {
      await command('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    async evaluate(work, arg) {
      const evaluated = (await command('script.callFunction', {
        functionDeclaration: `async (json) => JSON.stringify([await (${String(work)})(JSON.parse(json))])`,
        arguments: [{ type: 'string', value: JSON.stringify(arg ?? null) }],
        target: { context },
        awaitPromise: true,
      })) as Evaluated;
      if (evaluated.type === 'exception') throw new Error(evaluated.exceptionDetails?.text ?? 'failed in the page');
      return (JSON.parse(String(evaluated.result?.value)) as [never])[0];
    },
    async press(...keys) {
      await act('keyboard', 'key', pressActions(keys));
    },
    async type(text) {
      await act('keyboard', 'key', typeActions(text));
    },
    async click(selector) {
      await act('mouse', 'pointer', clickActions(await page.evaluate(middleOf, selector)));
    },
  };
  return page;
}
