import type { Answer } from '../../src-main/common/contract.ts';
import { packedEvent, type PageEvent, unpackEvent, type WireEvent } from '../../src-main/common/page-events.ts';
import { asTold } from '../../src-main/common/texts/sentence.ts';
import { InboxError, textsHeader } from '../../src-main/common/errors.ts';
import { texts } from '../texts/texts.ts';
import type { PageKey } from './page-key.ts';
import { type Call, type Connection, mediaUrls, type RendererClient, unwrap, unwrapAnswer } from './renderer-client.ts';

interface HttpClientPorts {
  readonly fetch: typeof fetch;
  readonly openEvents: (url: string) => EventSource;
  /** How long to wait before the event stream is opened anew after the browser gave it up. */
  readonly retryAfterMs: number;
  /** Who has had no answer for so long asks whether there is anybody. */
  readonly silentAfterMs: number;
  /** Whether the page is on its way out: what it still sends must outlive it. */
  readonly isLeaving: () => boolean;
  readonly makeKey: () => Promise<PageKey>;
  /** Of the address that the page came from. */
  readonly port: string;
}

const eventNames: Record<WireEvent['name'], true> = {
  [packedEvent]: true,
  'tasks:removed': true,
  'video:progress': true,
  'tunnel:changed': true,
  'storage:changed': true,
  'shelf:changed': true,
  'shared:changed': true,
  'upload:progress': true,
  'links:dying': true,
  'requests:changed': true,
  'library:moving': true,
  'library:checking': true,
  'settings:changed': true,
  'notice:show': true,
  resync: true,
};

/** The id of the last event before the answer was made: the core's run and a number. */
const placeOf = (response: Response): string | null => response.headers.get('Video-Inbox-Event');

function isBefore(place: string, other: string): boolean {
  const [run, otherRun] = [place, other].map((id) => id.slice(0, id.lastIndexOf('-')));
  const [number = 0, otherNumber = 0] = [place, other].map((id) => Number(id.slice(id.lastIndexOf('-') + 1)));
  return run !== otherRun || number < otherNumber;
}

/**
 * The browser's client: `POST /call/<name>` and server-sent events from `/events`, both with the same-origin cookie.
 *
 * `EventSource` resumes a broken stream by itself, but gives up for good when the server answers anything but 200; then
 * it is opened anew here. At first the stream goes on from where the first answer stood, so that nothing is told twice
 * and nothing is missed; after each later opening a `resync` event is passed on, so that nobody keeps a stale page.
 */
export function createHttpClient({
  fetch,
  openEvents,
  retryAfterMs,
  silentAfterMs,
  isLeaving,
  makeKey,
  port,
}: HttpClientPorts): RendererClient {
  const listeners = new Set<(event: PageEvent) => void>();
  const connectionListeners = new Set<(connection: Connection) => void>();
  let connection: Connection = 'online';
  let source: EventSource | null = null;
  /** Settled with the first question. */
  let standing: Promise<void> | null = null;
  /** The earliest place that a question from before the stream was answered at: the stream begins there. */
  let earliest: string | null = null;
  let isOpening = false;
  let looking: ReturnType<typeof setTimeout> | null = null;
  let isListening = false;
  let known: Promise<PageKey> | null = null;
  let lettingIn: Promise<boolean> | null = null;

  function setConnection(next: Connection) {
    if (next === connection) return;
    connection = next;
    for (const listener of connectionListeners) listener(next);
  }

  function emit(event: PageEvent) {
    for (const listener of listeners) listener(event);
  }

  const send = (name: string, args: readonly unknown[], signal: AbortSignal | null = null): Promise<Response> =>
    fetch(`/call/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [textsHeader]: '1' },
      body: JSON.stringify(args),
      credentials: 'same-origin',
      // Else not: the browser gives all of these together 64 kB.
      keepalive: isLeaving(),
      signal,
    });

  async function post(name: string, args: readonly unknown[]): Promise<Response> {
    const silence = setTimeout(() => void listenForLife(), silentAfterMs);
    try {
      return await send(name, args);
    } catch (cause) {
      lookAgain();
      throw new InboxError('unavailable', asTold(texts.errors.unreachable), { cause });
    } finally {
      clearTimeout(silence);
    }
  }

  /**
   * A core that hangs, or a cable that is out, breaks nothing off: the stream stays open, and calls wait for minutes. What
   * takes long by itself is told apart by a question that never does.
   */
  async function listenForLife(): Promise<void> {
    if (isListening) return;
    isListening = true;
    try {
      while (listeners.size > 0) {
        try {
          await send('app:info', [], AbortSignal.timeout(silentAfterMs));
          break;
        } catch {
          if (connection === 'online') setConnection('away');
          await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
        }
      }
    } finally {
      isListening = false;
    }
    // A stream that was lost as well says so itself.
    if (connection !== 'away' || source?.readyState !== 1) return;
    setConnection('online');
    emit({ name: 'resync', data: {} });
  }

  /**
   * A question may be lost alone, its stream going on: a browser drops what waits for a connection when the machine's
   * network changes (a VPN, another Wi-Fi). Whoever asked hears of it once the core answers, and asks again.
   */
  function lookAgain(): void {
    looking ??= setTimeout(() => {
      looking = null;
      // A stream that is lost as well says so itself when it is open again.
      if (listeners.size > 0 && connection === 'online')
        call('app:info').then(
          () => emit({ name: 'resync', data: {} }),
          () => undefined,
        );
    }, retryAfterMs);
  }

  const ask = (path: string, body = ''): Promise<Response> =>
    fetch(path, { method: 'POST', body, credentials: 'same-origin' });

  /** Once: what the core knows of this page then outlives the core. */
  function makeKnown(): void {
    known ??= makeKey().then(async (key) => {
      const { ok } = await ask('/open-page', key.publicKey);
      if (!ok) throw new InboxError('unavailable', asTold(texts.errors.unreachable));
      return key;
    });
    known.catch(() => (known = null));
  }

  /** The core was started anew and has another key: this page proves that it was let in before. */
  async function beLetIn(): Promise<boolean> {
    try {
      const key = await known;
      if (key === null) return false;
      const asked = await ask('/open-page/challenge');
      if (!asked.ok) return false;
      const challenge = await asked.text();
      const signature = await key.sign(`${challenge} ${port}`);
      const { ok } = await ask('/open-page/proof', JSON.stringify([{ key: key.publicKey, challenge, signature }]));
      if (ok && source?.readyState === source?.CLOSED && listeners.size > 0) open();
      return ok;
    } catch {
      return false;
    }
  }

  const call: Call = async (name, ...args) => {
    const asked = post(name, args);
    const isEarly = source === null;
    if (isEarly) {
      standing ??= asked.then(
        (response) => void (earliest ??= placeOf(response)),
        () => undefined,
      );
    }
    let response = await asked;
    if (response.status === 401) {
      lettingIn ??= beLetIn().finally(() => (lettingIn = null));
      if (await lettingIn) response = await post(name, args);
    }
    const place = isEarly ? placeOf(response) : null;
    if (place !== null && (earliest === null || isBefore(place, earliest))) {
      earliest = place;
      // Answers may overtake each other. What happened between this one and the stream's beginning was told to nobody.
      if (source !== null) emit({ name: 'resync', data: {} });
    }
    if (response.status === 401) setConnection('locked');
    let answer: Answer;
    try {
      answer = (await response.json()) as Answer;
    } catch (cause) {
      const [code, message] =
        response.status === 401
          ? (['unauthorized', texts.errors.locked] as const)
          : (['internal', texts.errors.unreadable(response.status)] as const);
      throw new InboxError(code, asTold(message), { cause });
    }
    return unwrap<typeof name>(answer);
  };

  async function openFirst(): Promise<void> {
    isOpening = true;
    await standing;
    isOpening = false;
    if (listeners.size > 0) open(earliest);
  }

  function open(since: string | null = null) {
    source?.close();
    const stream = openEvents(since === null ? '/events?rows' : `/events?rows&since=${encodeURIComponent(since)}`);
    source = stream;
    // Also at the first opening, where what happened since the page asked its first questions was told to nobody.
    let interrupted = since === null;
    stream.onopen = () => {
      setConnection('online');
      if (interrupted) emit({ name: 'resync', data: {} });
      interrupted = false;
      makeKnown();
    };
    stream.onerror = () => {
      interrupted = true;
      if (connection === 'online') setConnection('away');
      if (stream.readyState !== stream.CLOSED) return;
      // Refused: ask once by a call, which tells a wrong key from a core that is only starting.
      void call('app:info').catch(() => undefined);
      setTimeout(() => {
        if (source === stream) open();
      }, retryAfterMs);
    };
    for (const name of Object.keys(eventNames) as WireEvent['name'][]) {
      stream.addEventListener(name, (message: MessageEvent<string>) => {
        emit(unpackEvent({ name, data: JSON.parse(message.data) as never }));
      });
    }
  }

  return {
    call,
    subscribe(listener) {
      listeners.add(listener);
      if (source === null && !isOpening) void openFirst();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        source?.close();
        source = null;
      };
    },
    ...mediaUrls,
    onConnection(listener) {
      connectionListeners.add(listener);
      listener(connection);
      return () => connectionListeners.delete(listener);
    },
    desktop: null,
    attachFile: async (key, n, file, tell) => {
      await sendFile(`/attach/${encodeURIComponent(key)}/${n}`, file, tell);
    },
    bringSource: async (file, tell, signal) =>
      String(await sendFile(`/source?name=${encodeURIComponent(file.name)}`, file, tell, signal)),
  };
}

/** Not by `fetch`, which does not tell how far it is. */
function sendFile(url: string, file: File, tell: (fraction: number) => void, signal?: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    signal?.addEventListener('abort', stop);
    request.addEventListener('loadend', () => signal?.removeEventListener('abort', stop));
    request.addEventListener('abort', () => reject(signal?.reason as Error));
    request.upload.addEventListener('progress', ({ loaded, total }) => tell(total > 0 ? loaded / total : 0));
    request.addEventListener('load', () => {
      try {
        resolve(unwrapAnswer(JSON.parse(request.responseText) as Answer));
      } catch (error) {
        reject(error instanceof InboxError ? error : new InboxError('unavailable', asTold(texts.link.attachFailed)));
      }
    });
    request.addEventListener('error', () => reject(new InboxError('unavailable', asTold(texts.link.attachFailed))));
    request.open('POST', url);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader(textsHeader, '1');
    request.send(file);
  });
}
