/** The built program behind the stand-in edge: start, look at the light, post at the public address, count processes. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TunnelStatus } from '../../src-main/common/status.ts';
import { endOf } from './child-end.ts';
import { request, type Reply } from './http-request.ts';
import {
  createInboxes,
  repoDir,
  type CliRun,
  type Inbox,
  type InboxesOptions,
  type StartOptions,
} from './inbox-process.ts';
import { openNgrokEdge, type EdgeOptions, type NgrokEdge } from './ngrok-edge/ngrok-edge.ts';
import { goodAuthtoken } from './ngrok-edge/tunnel-rig.ts';
import { waitUntil } from './wait-until.ts';

/** Connecting, a proof and a busy machine: nothing here takes that long unless it is broken. */
const lightLimitMs = 60_000;

export interface TunnelledInboxes {
  readonly inboxes: ReturnType<typeof createInboxes>;
  /** A stand-in edge that lets `goodAuthtoken` in, and the variables that lead the program to it. */
  readonly openEdge: (options?: Partial<EdgeOptions>) => Promise<NgrokEdge>;
  /** Of the edge that was opened last, without the authtoken. */
  readonly edgeEnv: () => Record<string, string>;
  /** `serve --tunnel ngrok` at the edge that was opened last; not online yet. */
  readonly start: (options?: StartOptions) => Promise<Inbox>;
  /** The same, online. */
  readonly startOnline: (options?: StartOptions) => Promise<Inbox>;
  readonly close: () => Promise<void>;
}

export function createTunnelledInboxes(how: InboxesOptions = { inTurn: true }): TunnelledInboxes {
  const inboxes = createInboxes(how);
  const edges: NgrokEdge[] = [];
  const dirs: string[] = [];
  let env: Record<string, string> = {};

  const start = (options: StartOptions = {}): Promise<Inbox> =>
    inboxes.start({
      ...options,
      args: ['--tunnel', 'ngrok', ...(options.args ?? [])],
      env: { NGROK_AUTHTOKEN: goodAuthtoken, ...env, ...options.env },
    });

  return {
    inboxes,
    async openEdge(options = {}) {
      const edge = await openNgrokEdge({ authtokens: [goodAuthtoken], ...options });
      edges.push(edge);
      const dir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-edge-'));
      dirs.push(dir);
      const caFile = path.join(dir, 'ca.pem');
      await writeFile(caFile, edge.caPem);
      env = { VIDEO_INBOX_NGROK_SERVER_ADDR: edge.serverAddress, VIDEO_INBOX_NGROK_CA_FILE: caFile };
      return edge;
    },
    edgeEnv: () => env,
    start,
    async startOnline(options) {
      const inbox = await start(options);
      await untilLight(inbox, 'online');
      return inbox;
    },
    async close() {
      await inboxes.close();
      await Promise.all(edges.splice(0).map((edge) => edge.close()));
      await Promise.all(dirs.splice(0).map((dir) => rm(dir, { recursive: true, force: true })));
    },
  };
}

export const light = async (inbox: Inbox): Promise<TunnelStatus> => (await inbox.call('app:status')).tunnel;

export function untilLight(
  inbox: Inbox,
  wanted: TunnelStatus['state'] | ((status: TunnelStatus) => boolean),
): Promise<TunnelStatus> {
  const accepts = typeof wanted === 'string' ? (status: TunnelStatus) => status.state === wanted : wanted;
  return waitUntil(
    async () => {
      const status = await light(inbox);
      return accepts(status) ? status : null;
    },
    typeof wanted === 'string' ? `the tunnel to be ${wanted}` : 'the state of the tunnel',
    lightLimitMs,
  );
}

/** What `video-inbox status --json` says of the tunnel. */
export async function statusOf(inbox: Inbox): Promise<TunnelStatus> {
  const run = await inbox.runCli(['status', '--json']);
  if (run.code !== 0) throw new Error(run.stderr);
  return (JSON.parse(run.stdout) as { readonly tunnel: TunnelStatus }).tunnel;
}

export function postAt(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const json = { 'content-type': 'application/json', ...headers };
  return request(url, { method: 'POST', headers: json, body: JSON.stringify(body) });
}

/** Posts until a callback is answered 200: while a tunnel comes back, the edge answers for it. */
export async function untilDelivered(url: string, body: unknown): Promise<void> {
  await waitUntil(
    async () => (await postAt(url, body).catch(() => null))?.status === 200,
    'a callback to arrive again',
    lightLimitMs,
  );
}

/** Runs the built command with this text on standard input. */
export async function runWithInput(
  args: readonly string[],
  input: string,
  env: Readonly<Record<string, string>>,
): Promise<CliRun> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VIDEO_INBOX_|NGROK_|NODE_OPTIONS$)/.test(name));
  const child = spawn(process.execPath, [path.join(repoDir, 'dist/main/cli.cjs'), ...args], {
    cwd: os.tmpdir(),
    env: { ...Object.fromEntries(inherited), ...env },
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => (texts[name] += chunk));
  }
  child.stdin.on('error', () => undefined); // it may end without having read
  child.stdin.end(input);
  return { ...(await endOf(child)), ...texts };
}

/** `/proc` tells of processes on Linux only. */
export const canSeeProcesses = process.platform === 'linux';

/** Process ids of the ngrok workers that this process started and that still run. */
export function workersOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((child) => parentOf(child) === pid && commandLine(child).includes('ngrok-worker'));
}

/** A zombie is gone: it only waits for someone to ask for its exit code. */
export function isAlive(pid: number): boolean {
  return /^State:\s+[^ZX]/m.test(procFile(pid, 'status'));
}

export const commandLine = (pid: number): string => procFile(pid, 'cmdline').replaceAll('\0', ' ');
export const environmentOf = (pid: number): string => procFile(pid, 'environ');

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(procFile(pid, 'status'))?.[1] ?? 0);
}

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return ''; // not a process, or gone meanwhile
  }
}

/** Relative names of all files below `dir` that hold `text` somewhere. */
export async function filesWith(dir: string, text: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const found = await Promise.all(files.map(async (file) => (await readFile(file)).includes(text)));
  return files.filter((_, index) => found[index]).map((file) => path.relative(dir, file));
}

/** A well-formed authtoken that no edge knows. */
export const strangeAuthtoken = (): string => `2${randomBytes(13).toString('hex')}_${randomBytes(10).toString('hex')}`;
