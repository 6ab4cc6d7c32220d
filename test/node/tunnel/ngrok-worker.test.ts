/** The worker alone: it never outlives the core, keeps secrets to itself, and ignores what it does not understand. */
import { fork, spawn } from 'node:child_process';
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createForkSpawn, createUtilitySpawn, workerEnvironment } from '../../../src-main/node/tunnel/worker-handle.ts';
import type { WorkerHandle } from '../../../src-main/node/tunnel/worker-handle.ts';
import type { ConnectMessage, FromWorker } from '../../../src-main/node/tunnel/worker-protocol.ts';
import { buildWorker } from '../../support/ngrok-edge/build-worker.ts';
import type { BuiltWorker } from '../../support/ngrok-edge/build-worker.ts';
import { openNgrokEdge } from '../../support/ngrok-edge/ngrok-edge.ts';
import type { NgrokEdge } from '../../support/ngrok-edge/ngrok-edge.ts';
import { goodAuthtoken, isRunning } from '../../support/ngrok-edge/tunnel-rig.ts';

let worker: BuiltWorker;
let edge: NgrokEdge;
let folder: string;
beforeAll(async () => {
  worker = await buildWorker();
  edge = await openNgrokEdge({ authtokens: [goodAuthtoken] });
  folder = await mkdtemp(path.join(tmpdir(), 'video-inbox-worker-'));
});
afterAll(async () => {
  await edge.close();
  await worker.remove();
  await rm(folder, { recursive: true, force: true });
});

const started: number[] = [];
afterEach(() => {
  for (const pid of started.splice(0)) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
});

const connectMessage = (changes: Partial<ConnectMessage> = {}): ConnectMessage => ({
  v: 1,
  type: 'connect',
  authtoken: goodAuthtoken,
  domain: null,
  serverAddr: edge.serverAddress,
  caPem: edge.caPem,
  upstreamPort: 9,
  heartbeatIntervalSeconds: 5,
  heartbeatToleranceSeconds: 10,
  parentPid: process.pid,
  ...changes,
});

function startWorker(): { handle: WorkerHandle; next: (type: FromWorker['type']) => Promise<FromWorker> } {
  const handle = createForkSpawn(worker.file)();
  if (handle.pid !== undefined) started.push(handle.pid);
  const messages: FromWorker[] = [];
  handle.onMessage((message) => void messages.push(message));
  return {
    handle,
    next: async (type) => {
      await expect.poll(() => messages.map((message) => message.type)).toContain(type);
      const message = messages.find((candidate) => candidate.type === type);
      if (!message) throw new Error('unreachable');
      return message;
    },
  };
}

/** A core that is about to die: it starts the worker, prints its process id once it is connected, and waits. */
const parentScript = `
import { fork } from 'node:child_process';
const [, , workerFile, connect] = process.argv;
const child = fork(workerFile, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
child.on('message', ({ type }) => type === 'connected' && console.log(child.pid));
child.send({ ...JSON.parse(connect), parentPid: process.pid });
`;

test('ends when its parent is killed with -9', async () => {
  const script = path.join(folder, 'parent.mjs');
  await writeFile(script, parentScript);
  const parent = spawn(process.execPath, [script, worker.file, JSON.stringify(connectMessage())]);
  if (parent.pid !== undefined) started.push(parent.pid);
  const pid = await new Promise<number>((resolve) => {
    parent.stdout.once('data', (data: Buffer) => resolve(Number(String(data))));
  });
  started.push(pid);
  expect(edge.counts().sessions).toBe(1);
  parent.kill('SIGKILL');
  await expect.poll(() => isRunning(pid)).toBe(false);
  await expect.poll(() => edge.counts().sessions).toBe(0);
});

test('looks for its parent by itself, should the channel outlive it', async () => {
  const bystander = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  const bystanderPid = bystander.pid ?? 0;
  started.push(bystanderPid);
  const { handle, next } = startWorker();
  handle.post(connectMessage({ parentPid: bystanderPid }));
  await next('connected');
  bystander.kill('SIGKILL');
  await expect.poll(() => isRunning(handle.pid ?? 0)).toBe(false);
});

test('the authtoken is neither in its arguments nor in its environment', async () => {
  process.env['NGROK_AUTHTOKEN'] = goodAuthtoken;
  const { handle, next } = startWorker();
  delete process.env['NGROK_AUTHTOKEN'];
  handle.post(connectMessage());
  await next('connected');
  if (process.platform === 'linux') {
    for (const name of ['cmdline', 'environ']) {
      expect(await readFile(`/proc/${handle.pid ?? 0}/${name}`, 'utf8')).not.toContain(goodAuthtoken);
    }
  }
  handle.kill();
});

test('the environment of the worker holds no secrets of the program', () => {
  const kept = workerEnvironment({
    PATH: '/bin',
    HOME: '/home/x',
    SSL_CERT_FILE: '/ca.pem',
    NGROK_AUTHTOKEN: 'a',
    VIDEO_INBOX_SECRET_KIE_API_KEY: 'b',
    OPENAI_API_KEY: 'c',
    NODE_OPTIONS: '--inspect',
  });
  expect(kept).toEqual({ PATH: '/bin', HOME: '/home/x', SSL_CERT_FILE: '/ca.pem' });
});

test('repeats the edge without the authtoken', async () => {
  edge.refuse('auth', '107');
  const { handle, next } = startWorker();
  handle.post(connectMessage());
  const failed = await next('failed');
  edge.refuse('auth', null);
  expect(failed).toMatchObject({ stage: 'connect', code: '107' });
  expect(JSON.stringify(failed)).not.toContain(goodAuthtoken);
  expect(JSON.stringify(failed)).toContain('[authtoken]');
  handle.kill();
});

test('tells the code of a refused bind, which the SDK has in its words only', async () => {
  edge.refuse('bind', '334');
  const { handle, next } = startWorker();
  handle.post(connectMessage());
  expect(await next('failed')).toMatchObject({ stage: 'bind', code: '334' });
  edge.refuse('bind', null);
  handle.kill();
});

test('ignores messages of another version, and ports that are none', async () => {
  const { handle, next } = startWorker();
  handle.post({ ...connectMessage(), v: 2 } as unknown as ConnectMessage);
  handle.post(connectMessage({ upstreamPort: 0 }));
  handle.post(connectMessage());
  expect(await next('connected')).toMatchObject({ publicUrl: edge.publicUrl() });
  handle.kill();
});

test('unbinds and ends when it is asked to', async () => {
  const { handle, next } = startWorker();
  handle.post(connectMessage());
  await next('connected');
  const { unbinds } = edge.counts();
  handle.post({ v: 1, type: 'close' });
  await next('closed');
  await expect.poll(() => isRunning(handle.pid ?? 0)).toBe(false);
  expect(edge.counts().unbinds).toBeGreaterThan(unbinds);
});

test('unbinds also on SIGTERM, and leaves Ctrl-C to the core', async () => {
  const { handle, next } = startWorker();
  const pid = handle.pid ?? 0;
  handle.post(connectMessage());
  await next('connected');
  process.kill(pid, 'SIGINT');
  const { unbinds } = edge.counts();
  process.kill(pid, 'SIGTERM');
  await expect.poll(() => isRunning(pid)).toBe(false);
  expect(edge.counts().unbinds).toBeGreaterThan(unbinds);
});

/** Gives a forked process the face that Electron's utility processes have: no `process.send`, a `parentPort`. */
const utilityShim = `
const { send } = process;
const listeners = [];
process.parentPort = {
  on: (_event, listener) => listeners.push(listener),
  postMessage: (message) => send.call(process, message),
};
process.on('message', (data) => listeners.forEach((listener) => listener({ data, ports: [] })));
process.send = undefined;
`;

test('speaks the same over the port of a utility process', async () => {
  const shim = path.join(folder, 'utility-shim.cjs');
  await writeFile(shim, utilityShim);
  const handle = createUtilitySpawn(() => {
    const child = fork(worker.file, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: ['-r', shim] });
    if (child.pid !== undefined) started.push(child.pid);
    return {
      pid: child.pid,
      postMessage: (message) => void child.send(message as object),
      kill: () => child.kill(),
      on: (event: 'message', listener: (message: unknown) => void) => child.on(event, listener),
      once: (event: 'exit' | 'spawn', listener: (code: number) => void) => child.once(event, listener),
    };
  })();
  const messages: string[] = [];
  let exited = false;
  handle.onMessage(({ type }) => void messages.push(type));
  handle.onExit(() => (exited = true));
  handle.post(connectMessage());
  await expect.poll(() => messages).toContain('connected');
  handle.kill();
  await expect.poll(() => exited).toBe(true);
  await expect.poll(() => edge.counts().sessions).toBe(0);
});

test('a utility process that is not there yet is killed when it is', () => {
  const killed: string[] = [];
  const spawned: (() => void)[] = [];
  const child = {
    pid: undefined as number | undefined,
    postMessage: () => undefined,
    kill: () => killed.push('SIGTERM') > 0,
    on: () => undefined,
    once: (event: 'exit' | 'spawn', listener: (code: number) => void) => {
      if (event === 'spawn') spawned.push(() => listener(0));
    },
  };
  const handle = createUtilitySpawn(() => child)();
  handle.kill();
  const bystander = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  child.pid = bystander.pid;
  for (const tell of spawned) tell();
  return new Promise<void>((resolve) =>
    bystander.once('exit', (_code, signal) => {
      expect(process.platform === 'win32' ? killed : signal).toEqual(
        process.platform === 'win32' ? ['SIGTERM'] : 'SIGKILL',
      );
      resolve();
    }),
  );
});
