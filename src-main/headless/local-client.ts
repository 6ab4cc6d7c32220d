/** Talks to the running inbox over its loopback server, found by `instance.json`. */
import type { Answer, Args, CallName, CallResult } from '../common/contract.ts';
import { InboxError } from '../common/errors.ts';
import { dataDirAt } from '../node/data-dir.ts';
import { isAlive, readInstance } from '../node/instance-lock.ts';

export interface LocalClient {
  readonly pid: number;
  /** With the key: whoever has it may look at and change the library. */
  readonly galleryUrl: string;
  /** @throws InboxError as the inbox answered, or `not-running` where it is gone. */
  call<K extends CallName>(name: K, ...args: Args<K>): Promise<CallResult<K>>;
}

const callTimeoutMs = 600_000;

/** @returns `null` where no inbox runs on that data dir. */
export async function connectLocal(dataDir: string): Promise<LocalClient | null> {
  const instance = await readInstance(dataDirAt(dataDir).instanceFile);
  if (instance === null || !(await isAlive(instance))) return null;
  const { pid, localPort, localKey } = instance;
  if (localPort === null) return null;
  const origin = `http://127.0.0.1:${String(localPort)}`;
  return {
    pid,
    galleryUrl: `${origin}/?key=${localKey}`,
    async call(name, ...args) {
      const answer = await post(`${origin}/call/${name}`, localKey, args, dataDir);
      if (!answer.ok) throw new InboxError(answer.error.code, answer.error.message);
      return answer.value as CallResult<typeof name>;
    },
  };
}

/** @throws InboxError `not-running` with the next step. */
export async function needLocal(dataDir: string): Promise<LocalClient> {
  const client = await connectLocal(dataDir);
  if (client === null) throw notRunning(dataDir);
  return client;
}

function notRunning(dataDir: string, cause?: unknown): InboxError {
  return new InboxError(
    'not-running',
    `No Video Inbox runs on ${dataDir}. Start it with "video-inbox serve" or open the app, then try again.`,
    { cause },
  );
}

async function post(url: string, key: string, args: readonly unknown[], dataDir: string): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(args),
      signal: AbortSignal.timeout(callTimeoutMs),
    });
    return (await response.json()) as Answer;
  } catch (cause) {
    throw notRunning(dataDir, cause);
  }
}
