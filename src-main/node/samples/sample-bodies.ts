/** Callback bodies in each provider's documented form, around a sample video of ours. */
import { randomUUID } from 'node:crypto';

const prompt = 'A test from Video Inbox: soft colours in slow motion';
const failure = 'This is a test failure: the prompt was stopped by moderation. Nothing was spent.';

export interface SampleInput {
  readonly taskId: string;
  readonly fail: boolean;
  readonly video: string;
  readonly image: string;
  readonly callbackUrl: string;
}

/** A task id as the provider makes them: some are known by it. */
export function sampleTaskId(provider: string): string {
  const id = randomUUID();
  return provider === 'kie-veo' ? `veo_task_${id.slice(0, 12)}` : provider === 'ark' ? `cgt-${id}` : id;
}

/** By provider id. Providers whose callbacks hold no link to a video (OpenAI, MiniMax, Pollo, Vercel) have none. */
export const sampleBodies: Readonly<Record<string, (input: SampleInput) => unknown>> = {
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
  piapi: ({ taskId, fail, video, image }) => ({
    timestamp: 0,
    data: {
      task_id: taskId,
      model: 'sample',
      task_type: 'video_generation',
      status: fail ? 'failed' : 'completed',
      input: { prompt },
      output: fail ? {} : { generation: { video: { url: video }, thumbnail: { url: image } } },
      error: fail ? { code: 10_000, message: failure } : { code: 0, message: '' },
    },
  }),
  openrouter: ({ taskId, fail, video }) => ({
    type: fail ? 'video.generation.failed' : 'video.generation.completed',
    data: {
      id: taskId,
      status: fail ? 'failed' : 'completed',
      model: 'test/sample',
      ...(fail ? { error: failure } : { unsigned_urls: [video] }),
    },
  }),
  wavespeed: ({ taskId, fail, video }) => ({
    id: taskId,
    model: 'test/sample',
    input: { prompt },
    outputs: fail ? [] : [video],
    urls: { get: `https://api.wavespeed.ai/api/v3/predictions/${taskId}/result` },
    status: fail ? 'failed' : 'completed',
    error: fail ? failure : '',
  }),
  higgsfield: ({ taskId, fail, video }) => ({
    status: fail ? 'failed' : 'completed',
    request_id: taskId,
    ...(fail ? { error: failure } : { video: { url: video } }),
  }),
  vidu: ({ taskId, fail, video, image }) => ({
    id: taskId,
    state: fail ? 'failed' : 'success',
    err_code: fail ? 'TestFailure' : '',
    ...(fail ? { message: failure } : { creations: [{ id: 'test', url: video, cover_url: image }] }),
  }),
  ark: ({ taskId, fail, video, image }) => ({
    id: taskId,
    model: 'sample',
    status: fail ? 'failed' : 'succeeded',
    ...(fail
      ? { error: { code: 'Test', message: failure } }
      : { content: { video_url: video, last_frame_url: image } }),
  }),
  heygen: ({ taskId, fail, video }) => ({
    event_type: fail ? 'avatar_video.fail' : 'avatar_video.success',
    event_data: { video_id: taskId, ...(fail ? { msg: failure } : { url: video }) },
  }),
  maxapi: ({ taskId, fail, video }) => ({
    code: 0,
    msg: fail ? failure : 'success',
    data: { taskId, status: fail ? 'FAILURE' : 'SUCCESS', result: fail ? null : { urls: [video] } },
  }),
};
