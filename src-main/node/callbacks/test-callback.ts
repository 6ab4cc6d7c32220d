/**
 * A sample callback with a real small video, posted to the inbox's own callback URL: the way to see that all of it
 * works before money is spent. The video is served by the inbox itself at an unguessable path.
 */
import { randomBytes } from 'node:crypto';
import { InboxError } from '../../common/errors.ts';
import { callbackTexts } from '../../common/texts/en-callbacks.ts';
import { readBody } from '../../common/providers/reader.ts';
import type { Fetch } from '../outgoing/outgoing.ts';
import { makeSample, sampleProviders } from '../samples/sample-bodies.ts';
import { signSample } from '../samples/sign-sample.ts';
import { loadSamples, type Sample, type Samples } from '../samples/samples.ts';

export interface TestCallbacks {
  /** @throws InboxError `bad-request` for a provider without a sample, `unavailable` where the post did not arrive. */
  send(options: { readonly provider: string | null; readonly fail: boolean }): Promise<{ key: string; taskId: string }>;
  /** Answers `/sample/<name>`; `null` for a name that was not handed out. */
  serve(path: string, request: Request): Response | null;
}

export interface TestCallbackPorts {
  /** Origin of the local server, e.g. `http://127.0.0.1:4748`. */
  readonly sampleOrigin: () => string;
  readonly callbackUrl: () => string;
  readonly secret: (name: string) => string | null;
  readonly now: () => Date;
  readonly fetch: Fetch;
}

const defaultProvider = 'kie-aleph';
const postTimeoutMs = 20_000;

export function createTestCallbacks(ports: TestCallbackPorts): TestCallbacks {
  const secretPart = randomBytes(18).toString('base64url');
  let samples: Samples | null = null;
  const all = (): readonly Sample[] => {
    samples ??= loadSamples();
    return [samples.mp4, samples.webm, samples.poster];
  };
  const addressOf = (name: string): string => `${ports.sampleOrigin()}/sample/${secretPart}-${name}`;

  return {
    async send({ provider, fail }) {
      const id = provider ?? defaultProvider;
      const sample = makeSample(id, {
        fail,
        video: addressOf('sample.mp4'),
        image: addressOf('sample.jpg'),
        callbackUrl: ports.callbackUrl(),
      });
      if (sample === null) {
        const known = sampleProviders.join(', ');
        throw new InboxError('bad-request', callbackTexts.unknownSample(id, known));
      }
      const { taskId, body } = sample;
      const text = JSON.stringify(body);
      // In lower case, so that a signature's headers take the place of the sample's.
      const headers = lowerCased(sample.headers, signSample({ ...ports, provider: id, taskId, text }));
      await post(ports.fetch, ports.callbackUrl(), text, headers);
      const reading = readBody({ body, headers, providerHint: null });
      if (reading.kind !== 'result') throw new InboxError('internal', callbackTexts.sampleUnreadable);
      return { key: `${reading.provider}:${reading.taskId}`, taskId: reading.taskId };
    },
    serve(path, request) {
      const sample = all().find(({ name }) => path === `/sample/${secretPart}-${name}`);
      if (sample === undefined) return null;
      return new Response(request.method === 'HEAD' ? null : sample.bytes, {
        headers: { 'Content-Type': sample.contentType, 'Content-Length': String(sample.bytes.length) },
      });
    },
  };
}

function lowerCased(...all: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const entries = all.flatMap((headers) => Object.entries(headers));
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

async function post(fetch: Fetch, url: string, body: string, headers: Record<string, string>): Promise<void> {
  let response: Response;
  try {
    response = await fetch(new URL(url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(postTimeoutMs),
      redirect: 'error',
    });
  } catch (cause) {
    throw new InboxError('unavailable', callbackTexts.testNotArrived, { cause });
  }
  const answer = await response.text();
  if (response.status === 404) {
    throw new InboxError('unavailable', callbackTexts.testRefused);
  }
  if (!response.ok) {
    throw new InboxError('unavailable', callbackTexts.testAnswered(response.status, answer.slice(0, 300)));
  }
}
