/** A real WebKit (WebKitGTK's MiniBrowser), spoken to over W3C WebDriver. @see https://www.w3.org/TR/webdriver2/ */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { waitUntil } from '../wait-until.ts';
import {
  clickActions,
  type Engine,
  type EnginePage,
  middleOf,
  pressActions,
  typeActions,
  viewport,
} from './engine-page.ts';

export interface WebKitPlaces {
  readonly driver: string;
  readonly browser: string;
  /** WebKitGTK has no mode without a display. */
  readonly xvfbRun: string;
}

const startLimitMs = 60_000;
const answerLimitMs = 60_000;

export async function launchWebKit({ driver, browser, xvfbRun }: WebKitPlaces): Promise<Engine> {
  const port = await freePort();
  // Its own group: the display, the driver and the browser's processes end together.
  const child = spawn(xvfbRun, ['-a', '-s', '-screen 0 1600x1200x24', driver, `--port=${port}`], {
    stdio: 'ignore',
    detached: true,
    env: { ...process.env, LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_DMABUF_RENDERER: '1' },
  });
  const end = once(child, 'close');
  const origin = `http://127.0.0.1:${port}`;
  let session: string | null = null;

  async function ask(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${origin}${path}`, {
      method,
      signal: AbortSignal.timeout(answerLimitMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const { value } = (await response.json()) as { readonly value: unknown };
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  }

  async function close(): Promise<void> {
    if (session !== null) await ask('DELETE', `/session/${session}`).catch(() => undefined);
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
    await end;
  }

  try {
    await waitUntil(() => ask('GET', '/status').catch(() => null), 'WebKitWebDriver', startLimitMs);
    const made = (await ask('POST', '/session', {
      capabilities: {
        alwaysMatch: { 'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] } },
      },
    })) as { readonly sessionId: string };
    session = made.sessionId;
    const page = pageOf((method, path, body) => ask(method, `/session/${made.sessionId}${path}`, body));
    await fitViewport(page, (rect) => ask('POST', `/session/${made.sessionId}/window/rect`, rect));
    return { page, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>;

function pageOf(ask: Ask): EnginePage {
  const act = (id: string, type: 'key' | 'pointer', actions: readonly object[]) =>
    ask('POST', '/actions', { actions: [{ type, id, actions }] });

  const page: EnginePage = {
    async go(url) {
      await ask('POST', '/url', { url });
    },
    async evaluate(work, arg) {
      const json = await ask('POST', '/execute/async', {
        script: `
          const [json, done] = arguments;
          Promise.resolve(json).then(JSON.parse).then(${String(work)}).then(
            (value) => done(JSON.stringify([value])),
            (error) => done(JSON.stringify({ error: String(error) })),
          );`,
        args: [JSON.stringify(arg ?? null)],
      });
      const told = JSON.parse(String(json)) as [never] | { readonly error: string };
      if (!Array.isArray(told)) throw new Error(told.error);
      return told[0];
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

/** The window has a frame of its own around what the page sees. */
async function fitViewport(page: EnginePage, resize: (rect: object) => Promise<unknown>): Promise<void> {
  const inner = () => page.evaluate(() => ({ width: innerWidth, height: innerHeight }), null);
  await resize({ width: viewport.width, height: viewport.height });
  const { width, height } = await inner();
  await resize({ width: viewport.width * 2 - width, height: viewport.height * 2 - height });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  server.close();
  await once(server, 'close');
  return address.port;
}
