// `npm run dev`: the gallery from vite's dev server with hot reload, the core rebuilt and restarted when it changes.
// Arguments go to `serve`; the data dir is `.dev-data` unless they name one.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createBuilder, createServer } from 'vite';
import { cliFile, repoDir } from './built.mjs';
import { corePaths } from './core-paths.mjs';

const quietMs = 200;
/** @type {(text: string) => unknown} */
const parseJson = JSON.parse;
const args = process.argv.slice(2);
if (!args.includes('--data-dir')) args.push('--data-dir', path.join(repoDir, '.dev-data'));

const port = await freePort();
const coreOrigin = `http://127.0.0.1:${port}`;
let coreKey = '';
/** @type {import('node:child_process').ChildProcess | null} */
let child = null;

const configFile = path.join(repoDir, 'vite.config.ts');
const server = await createServer({ configFile, server: { host: '127.0.0.1', proxy: { [corePaths]: toCore() } } });
await server.listen();
server.printUrls();
await restart();

let timer = setTimeout(() => undefined, 0);
watch(path.join(repoDir, 'src-main'), { recursive: true }, () => {
  clearTimeout(timer);
  timer = setTimeout(() => void restart(), quietMs);
});
process.once('SIGINT', () => void stop());
process.once('SIGTERM', () => void stop());

/**
 * The core checks Host, Origin and key; the dev server stands in for a page of its own, and for no other page.
 * @returns {import('vite').ProxyOptions}
 */
function toCore() {
  return {
    target: coreOrigin,
    changeOrigin: true,
    bypass: ({ headers }) => (headers.origin === undefined || headers.origin === ownOrigin() ? null : false),
    configure: (proxyServer) => {
      proxyServer.on('proxyReq', (request) => {
        request.removeHeader('origin');
        request.setHeader('authorization', `Bearer ${coreKey}`);
      });
    },
  };
}

function ownOrigin() {
  return new URL(server.resolvedUrls?.local[0] ?? coreOrigin).origin;
}

async function restart() {
  try {
    const builder = await createBuilder({ configFile, logLevel: 'warn' });
    const main = builder.environments['main'];
    if (main !== undefined) await builder.build(main);
  } catch (error) {
    console.error(error); // the sources do not build just now; the next change tries again
    return;
  }
  await stopCore();
  const serveArgs = ['serve', '--json', ...args, '--local-port', String(port)];
  child = spawn(process.execPath, [cliFile, ...serveArgs], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (child.stdout === null) return;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = /** @type {{ event: string, galleryUrl: string, callbackUrl: string }} */ (parseJson(line));
    if (message.event !== 'ready') return;
    coreKey = new URL(message.galleryUrl).searchParams.get('key') ?? '';
    console.log(`Core ready. Callback URL: ${message.callbackUrl}`);
  });
}

async function stopCore() {
  const running = child;
  if (running === null || running.exitCode !== null) return;
  const ended = new Promise((resolve) => running.once('close', resolve));
  running.kill('SIGTERM');
  await ended;
}

async function stop() {
  await stopCore();
  await server.close();
  process.exit(0);
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createTcpServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
