/** Talks to the running inbox over its loopback server, found by `instance.json`. */
import { asTold } from '../common/texts/sentence.ts';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Answer, Args, CallName, CallResult, InboxEvents } from '../common/contract.ts';
import { fromErrorData, InboxError, textsHeader } from '../common/errors.ts';
import { dataDirAt } from '../node/data-dir.ts';
import { instanceTexts } from '../common/texts/en-instance.ts';
import { findInstanceHolder, findRunning } from '../node/instance-lock.ts';
import { freeBytes } from '../node/storage/free-bytes.ts';
import { isErrno } from '../node/storage/durable-files.ts';
import { toldOfTyped } from './typed-values.ts';

export interface LocalClient {
  /** With the key: whoever has it may look at and change the library. */
  readonly galleryUrl: string;
  /** @throws InboxError as the inbox answered, or `not-running` where it is gone; OrderInDoubt. */
  call<K extends CallName>(name: K, ...args: Args<K>): Promise<CallResult<K>>;
  /** What the inbox tells of while it works, until the undo is called or it is gone. What was told before is not told again. */
  follow<K extends keyof InboxEvents>(name: K, listener: (data: InboxEvents[K]) => void): Promise<() => void>;
  /**
   * The bytes of a video, from wherever its store is. @param n from 1. @returns `null` where it is not there.
   * @throws InboxError where the inbox does not get at it.
   */
  media(key: string, n: number): Promise<ReadableStream<Uint8Array> | null>;
}

const callTimeoutMs = 600_000;
/** A check reads every saved file through: hours, with a terabyte of them. */
const checkTimeoutMs = 12 * 3_600_000;

/** The inbox took an order, and its answer was lost: whoever orders again may pay twice. */
export class OrderInDoubt extends InboxError {
  constructor(cause: unknown) {
    super('unavailable', instanceTexts.orderInDoubt, { cause });
    this.name = 'OrderInDoubt';
  }
}

/** As much as a file of one line takes on the usual disks. */
const addressBytes = 4096;

/** @returns `null` where no inbox runs on that data dir. */
export async function connectLocal(dataDir: string): Promise<LocalClient | null> {
  const instance = await findRunning(dataDirAt(dataDir).instanceFile);
  if (instance === null) return null;
  const { localPort, localKey } = instance;
  if (localPort === null) return null;
  const origin = `http://127.0.0.1:${String(localPort)}`;
  return {
    galleryUrl: `${origin}/?key=${localKey}`,
    async call(name, ...args) {
      const answer = await post(`${origin}/call/${name}`, localKey, args, dataDir);
      if (!answer.ok) throw toldOfTyped(fromErrorData(answer.error), args);
      return answer.value as CallResult<typeof name>;
    },
    async follow(name, listener) {
      const end = new AbortController();
      const headers = { Authorization: `Bearer ${localKey}` };
      const { body } = await fetch(`${origin}/events`, { headers, signal: end.signal });
      const listen = async (): Promise<void> => {
        let rest = '';
        for await (const part of body?.pipeThrough(new TextDecoderStream()) ?? []) {
          const messages = (rest + part).split('\n\n');
          rest = messages.pop() ?? '';
          for (const message of messages) {
            const [, data] = new RegExp(`^event: ${name}\ndata: (.*)$`, 'm').exec(message) ?? [];
            if (data !== undefined) listener(JSON.parse(data) as InboxEvents[typeof name]);
          }
        }
      };
      // Only told while something else is waited for, and that fails by itself where the inbox is gone.
      listen().catch(() => undefined);
      return () => end.abort();
    },
    async media(key, n) {
      const url = `${origin}/media/${encodeURIComponent(key)}/${String(n)}`;
      const response = await fetch(url, { headers: { Authorization: `Bearer ${localKey}` } });
      if (response.status === 200) return response.body;
      if (response.status === 404) {
        await response.body?.cancel();
        return null;
      }
      throw new InboxError('unavailable', asTold(await response.text()));
    },
  };
}

/** @throws InboxError `not-running` with the next step. */
export async function needLocal(dataDir: string): Promise<LocalClient> {
  const client = await connectLocal(dataDir);
  if (client !== null) return client;
  const holder = await findInstanceHolder(dataDirAt(dataDir).instanceFile);
  if (holder === null) throw notRunning(dataDir);
  if (holder.isCommand) throw new InboxError('not-running', instanceTexts.commandAtWork(holder.pid));
  if (holder.where !== 'here') throw new InboxError('not-running', instanceTexts.runsElsewhere(dataDir));
  const hasRoom = await freeBytes(dataDir).then(
    (bytes) => bytes >= addressBytes,
    () => true,
  );
  const { starting, noRoomForAddress } = instanceTexts;
  throw new InboxError('not-running', (hasRoom ? starting : noRoomForAddress)(holder.pid, dataDir));
}

function notRunning(dataDir: string, cause?: unknown): InboxError {
  return new InboxError('not-running', instanceTexts.notRunning(dataDir), { cause });
}

async function post(url: string, key: string, args: readonly unknown[], dataDir: string): Promise<Answer> {
  let wasTaken = false;
  try {
    const response = await send(url, key, JSON.stringify(args)).catch((error: unknown) => {
      wasTaken = !isErrno(error, ['ECONNREFUSED']);
      throw error;
    });
    // Another inbox has taken that port meanwhile, with a key of its own.
    if (response.statusCode === 401) {
      response.destroy();
      throw new Error('the key is not known there');
    }
    wasTaken = true;
    return (await json(response)) as Answer;
  } catch (cause) {
    if (wasTaken && /\/call\/submissions:send/.test(url)) throw new OrderInDoubt(cause);
    throw notRunning(dataDir, cause);
  }
}

/** Not by `fetch`: that gives up after five minutes without headers, and a check of a large library takes longer. */
function send(url: string, key: string, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', [textsHeader]: '1' };
    const signal = AbortSignal.timeout(url.endsWith('/library:doctor') ? checkTimeoutMs : callTimeoutMs);
    request(url, { method: 'POST', headers, signal, agent: false })
      .once('response', resolve)
      .once('error', reject)
      .end(body);
  });
}
