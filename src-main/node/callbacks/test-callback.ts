/**
 * A sample callback with a real small video, posted to the inbox's own callback URL: the way to see that all of it
 * works before money is spent. The video is served by the inbox itself at an unguessable path.
 */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { InboxError } from '../../common/errors.ts';
import { readBody } from '../../common/providers/reader.ts';
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
}

const defaultProvider = 'kie-aleph';
const postTimeoutMs = 20_000;
const prompt = 'A test from Video Inbox: soft colours in slow motion';
const failure = 'This is a test failure: the prompt was stopped by moderation. Nothing was spent.';

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
      const makeBody = bodies[id];
      if (makeBody === undefined) {
        const known = Object.keys(bodies).join(', ');
        throw new InboxError('bad-request', `There is no sample callback for "${id}". Known are: ${known}.`);
      }
      const taskId = id === 'kie-veo' ? `veo_task_${randomBytes(6).toString('hex')}` : randomUUID();
      const body = makeBody({
        taskId,
        fail,
        video: addressOf('sample.mp4'),
        image: addressOf('sample.jpg'),
        callbackUrl: ports.callbackUrl(),
      });
      const text = JSON.stringify(body);
      await post(ports.callbackUrl(), text, signatureHeaders(taskId, ports));
      const reading = readBody({ body: JSON.parse(text) as unknown, headers: {}, providerHint: null });
      if (reading.kind !== 'result') throw new InboxError('internal', 'a sample callback could not be read');
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

async function post(url: string, body: string, headers: Record<string, string>): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(postTimeoutMs),
      redirect: 'error',
    });
  } catch (cause) {
    throw new InboxError(
      'unavailable',
      'The test callback did not reach the inbox, so a real one would not either. Check the tunnel, then try again.',
      { cause },
    );
  }
  const answer = await response.text();
  if (response.status === 404) {
    throw new InboxError(
      'unavailable',
      "The test callback was answered 404, so a real one may be refused too. Either something else answers at the public address, or your settings let only some addresses deliver (callbacks.allowAddresses) and this machine's is not one of them.",
    );
  }
  if (!response.ok) {
    throw new InboxError(
      'unavailable',
      `The test callback was answered ${String(response.status)}, so a real one may be refused too: ${answer.slice(0, 300)}`,
    );
  }
}

/** Signed like kie.ai does where its key is set, so that the test also passes an inbox that demands signatures. */
function signatureHeaders(taskId: string, ports: TestCallbackPorts): Record<string, string> {
  const key = ports.secret('KIE_HMAC');
  if (key === null) return {};
  const timestamp = String(Math.floor(ports.now().getTime() / 1000));
  const signature = createHmac('sha256', key).update(`${taskId}.${timestamp}`).digest('base64');
  return { 'X-Webhook-Timestamp': timestamp, 'X-Webhook-Signature': signature };
}

interface SampleInput {
  readonly taskId: string;
  readonly fail: boolean;
  readonly video: string;
  readonly image: string;
  readonly callbackUrl: string;
}

const bodies: Readonly<Record<string, (input: SampleInput) => unknown>> = {
  'kie-aleph': ({ taskId, fail, video, image }) =>
    fail
      ? { code: 400, msg: failure, data: null, taskId }
      : { code: 200, msg: 'success', data: { result_video_url: video, result_image_url: image }, taskId },
  'kie-luma': ({ taskId, fail, video, callbackUrl }) => ({
    code: fail ? 500 : 200,
    msg: fail ? failure : 'Modify record generated successfully.',
    data: {
      taskId,
      promptJson: JSON.stringify({ prompt, videoUrl: video, callBackUrl: callbackUrl, waterMark: '' }),
      ...(fail ? {} : { resultUrls: [video] }),
    },
  }),
  'kie-runway': ({ taskId, fail, video, image }) => ({
    code: fail ? 400 : 200,
    msg: fail ? failure : 'All generated successfully.',
    data: {
      task_id: taskId,
      video_id: fail ? '' : randomUUID(),
      video_url: fail ? '' : video,
      image_url: fail ? '' : image,
    },
  }),
  'kie-veo': ({ taskId, fail, video, callbackUrl }) => ({
    code: fail ? 501 : 200,
    msg: fail ? failure : 'Video generated successfully.',
    data: {
      taskId,
      promptJson: JSON.stringify({ prompt, model: 'veo3_fast', callBackUrl: callbackUrl }),
      ...(fail ? {} : { info: { resultUrls: [video], resolution: '720p' } }),
      fallbackFlag: false,
    },
  }),
  'kie-market': ({ taskId, fail, video, callbackUrl }) => ({
    code: fail ? 501 : 200,
    msg: fail ? 'Playground task failed.' : 'Playground task completed successfully.',
    data: {
      taskId,
      model: 'test/sample',
      state: fail ? 'fail' : 'success',
      param: JSON.stringify({ model: 'test/sample', callBackUrl: callbackUrl, input: { prompt } }),
      resultJson: fail ? null : JSON.stringify({ resultUrls: [video] }),
      failCode: fail ? '500' : null,
      failMsg: fail ? failure : null,
    },
  }),
  fal: ({ taskId, fail, video }) => ({
    request_id: taskId,
    gateway_request_id: taskId,
    status: fail ? 'ERROR' : 'OK',
    ...(fail ? { error: failure, payload: null } : { payload: { video: { url: video, content_type: 'video/mp4' } } }),
  }),
  replicate: ({ taskId, fail, video, callbackUrl }) => ({
    id: taskId,
    status: fail ? 'failed' : 'succeeded',
    model: 'test/sample',
    version: 'sample',
    input: { prompt },
    output: fail ? null : video,
    error: fail ? failure : null,
    urls: { get: `https://api.replicate.com/v1/predictions/${taskId}` },
    webhook: callbackUrl,
  }),
  luma: ({ taskId, fail, video, image, callbackUrl }) => ({
    id: taskId,
    generation_type: 'video',
    state: fail ? 'failed' : 'completed',
    failure_reason: fail ? failure : null,
    assets: fail ? null : { video, image },
    model: 'sample',
    request: { prompt, callback_url: callbackUrl },
  }),
  kling: ({ taskId, fail, video }) => ({
    task_id: taskId,
    task_status: fail ? 'failed' : 'succeed',
    task_status_msg: fail ? failure : '',
    task_info: { external_task_id: 'test' },
    task_result: fail ? {} : { images: [], videos: [{ id: 'test', url: video, duration: '5' }] },
  }),
};
