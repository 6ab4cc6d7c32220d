/** Callback bodies of the two providers that came first, made from the recorded ones. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createHmac } from 'node:crypto';

const fixturesDir = path.join(import.meta.dirname, '../fixtures/callbacks');

interface Fixture {
  readonly body: unknown;
  readonly expect: { readonly taskId: string; readonly message: string };
}

export interface RecordedCallback {
  readonly taskId: string;
  readonly message: string;
  /** The body as text. */
  readonly body: string;
}

/**
 * @param mediaUrl stands in for the provider's host in the result links; the links' paths stay.
 * @param taskId stands in for the recorded task id.
 */
export async function recordedCallback(
  name: string,
  { mediaUrl, taskId }: { readonly mediaUrl?: string; readonly taskId?: string } = {},
): Promise<RecordedCallback> {
  const fixture = JSON.parse(await readFile(path.join(fixturesDir, `${name}.json`), 'utf8')) as Fixture;
  const recordedId = fixture.expect.taskId;
  let body = JSON.stringify(fixture.body);
  if (mediaUrl !== undefined) body = body.replaceAll(/https:\/\/media\.example\.test\/(?=[klm]\/)/g, `${mediaUrl}/`);
  if (taskId !== undefined) body = body.replaceAll(recordedId, taskId);
  return { taskId: taskId ?? recordedId, message: fixture.expect.message, body };
}

/** A success of Luma Modify in the documented form; without `urls` it has one link that nothing answers. */
export function lumaSuccess(taskId: string, urls: readonly string[], prompt = `Prompt of ${taskId}`): object {
  const promptJson = JSON.stringify({ prompt, videoUrl: 'https://media.example.test/in/source.mp4', waterMark: '' });
  return { code: 200, msg: 'Modify record generated successfully.', data: { taskId, promptJson, resultUrls: urls } };
}

export function lumaFailure(taskId: string, message = 'Modify record generation failed.'): object {
  const promptJson = JSON.stringify({ prompt: `Prompt of ${taskId}`, videoUrl: 'https://media.example.test/in/a.mp4' });
  return { code: 500, msg: message, data: { taskId, promptJson } };
}

/** The optional signature of kie.ai: it vouches for the task id and the time, not for the body. */
export function kieSignature(taskId: string, secret: string, atSeconds: number): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`${taskId}.${atSeconds}`).digest('base64');
  return { 'x-webhook-timestamp': String(atSeconds), 'x-webhook-signature': signature };
}
