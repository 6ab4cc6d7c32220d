/**
 * The other providers whose record can be asked for with the person's key, one row each. What is only a guess in the
 * documents is marked; a wrong guess costs a failed question and never a video.
 */
import { klingFaults, klingOlderKey } from './kling-keys.ts';
import type { AskableProvider, ProviderApi } from './provider-api.ts';

const minute = 60_000;

const bearer = { header: 'Authorization', prefix: 'Bearer ' } as const;
const plain = (header: string) => ({ header, prefix: '' }) as const;
const get = (path: string) => ({ method: 'GET', path }) as const;

/** Providers of which nothing else is known get these. */
const usual = { minGapMs: 10_000, usualMs: 3 * minute, places: {} } as const;

function api(
  provider: AskableProvider,
  row: Omit<ProviderApi, 'provider' | 'account' | keyof typeof usual> & Partial<ProviderApi>,
) {
  return { ...usual, provider, account: provider, ...row } satisfies ProviderApi;
}

/** Source: platform.minimax.io, "error code"; all of them come with the status 200. */
const minimaxFaults: ProviderApi['faults'] = {
  1000: 'server',
  1001: 'server',
  1002: 'rate-limited',
  1004: 'bad-key',
  1008: 'no-credits',
  1013: 'server',
  1024: 'server',
  1033: 'server',
  2049: 'bad-key',
  2056: 'rate-limited',
};

export const otherApis: readonly ProviderApi[] = [
  api('fal', {
    base: 'https://queue.fal.run',
    auth: { header: 'Authorization', prefix: 'Key ' },
    // The path holds only the first two parts of the model's name, so it is taken from the answer where there was one.
    ask: null,
    askAt: ['status_url'],
    then: get('{response_url}'),
    refusesResult: true,
    places: { id: ['request_id'], state: 'status', error: ['error'] },
    create: {
      method: 'POST',
      path: '/{model}?fal_webhook={callback}',
      needsModel: true,
      id: ['request_id'],
      body: ({ prompt, videos, images, params }) => ({
        ...(prompt === null ? {} : { prompt }),
        ...(videos[0] === undefined ? {} : { video_url: videos[0] }),
        ...(images[0] === undefined ? {} : { image_url: images[0] }),
        ...params,
      }),
    },
  }),
  api('replicate', {
    base: 'https://api.replicate.com',
    auth: bearer,
    ask: get('/v1/predictions/{id}'),
    places: { id: ['id'], state: 'status', urls: ['output'], error: ['error'] },
    create: {
      method: 'POST',
      path: '/v1/models/{model}/predictions',
      needsModel: true,
      id: ['id'],
      body: ({ prompt, videos, images, params, callbackUrl }) => ({
        input: {
          ...(prompt === null ? {} : { prompt }),
          ...(videos[0] === undefined ? {} : { video: videos[0] }),
          ...(images[0] === undefined ? {} : { image: images[0] }),
          ...params,
        },
        webhook: callbackUrl,
        webhook_events_filter: ['completed'],
      }),
    },
    // replicate.com/docs/reference/http, "List predictions": a hundred a page. Inputs are removed an hour after the end.
    orders: {
      path: '/v1/predictions',
      records: 'results',
      next: 'next',
      id: 'id',
      createdAt: 'created_at',
      model: 'model',
      input: 'input',
      callbackUrl: 'webhook',
    },
  }),
  api('luma-agents', {
    base: 'https://agents.lumalabs.ai',
    auth: bearer,
    ask: get('/v1/generations/{id}'),
    places: { id: ['id'], state: 'state', urls: ['output'], error: ['failure_reason', 'error.message'] },
  }),
  api('luma', {
    base: 'https://api.lumalabs.ai',
    auth: bearer,
    ask: get('/dream-machine/v1/generations/{id}'),
    places: { id: ['id'], state: 'state', urls: ['assets.video'], error: ['failure_reason'] },
  }),
  api('runway', {
    base: 'https://api.dev.runwayml.com',
    auth: bearer,
    headers: { 'X-Runway-Version': '2024-11-06' },
    ask: get('/v1/tasks/{id}'),
    places: { id: ['id'], state: 'status', urls: ['output'], error: ['failure', 'failureCode'] },
  }),
  api('kling', {
    base: 'https://api-singapore.klingai.com',
    auth: bearer,
    ask: get('/tasks?task_ids={id}'),
    // How many ids one call takes is not documented; these fit any server's longest address.
    askMany: { path: '/tasks?task_ids={ids}', most: 20, records: 'data', ids: ['id', 'task_id'] },
    olderKey: klingOlderKey,
    faults: klingFaults,
    places: {
      state: 'data.status',
      urls: ['data.outputs', 'data.task_result.videos'],
      error: ['data.message', 'data.task_status_msg'],
    },
  }),
  api('minimax', {
    base: 'https://api.minimax.io',
    auth: bearer,
    ask: get('/v1/query/video_generation?task_id={id}'),
    then: get('/v1/files/retrieve?file_id={file_id}'),
    // Version 2, everything under `task`; nothing in an id tells of which one it is.
    askElse: get('/v2/query/video_generation/{id}'),
    codeAt: 'base_resp.status_code',
    faults: minimaxFaults,
    places: {
      id: ['task_id', 'task.id'],
      state: 'status',
      urls: ['file.download_url', 'task.content.url'],
      error: ['task.error.message', 'base_resp.status_msg'],
    },
    linkLifeSeconds: 3600,
  }),
  api('piapi', {
    base: 'https://api.piapi.ai',
    auth: plain('x-api-key'),
    ask: get('/api/v1/task/{id}'),
    places: { id: ['data.task_id'], state: 'data.status', error: ['data.error.message'] },
  }),
  api('openrouter', {
    base: 'https://openrouter.ai',
    auth: bearer,
    ask: get('/api/v1/videos/{id}'),
    // The signed ones open by themselves; the others are asked for with the key.
    places: { id: ['id'], state: 'status', urls: ['urls', 'unsigned_urls'], error: ['error.message', 'error'] },
    keyOnFile: true,
  }),
  api('wavespeed', {
    base: 'https://api.wavespeed.ai',
    auth: bearer,
    ask: get('/api/v3/predictions/{id}'),
    places: {
      id: ['data.id'],
      state: 'data.status',
      running: ['created'],
      urls: ['data.outputs'],
      error: ['data.error'],
    },
  }),
  api('gemini', {
    base: 'https://generativelanguage.googleapis.com',
    auth: plain('x-goog-api-key'),
    // The id is the operation's whole name, `models/…/operations/…`.
    ask: get('/v1beta/{path}'),
    places: {
      state: 'done',
      done: ['true'],
      running: ['false'],
      urls: ['response.generateVideoResponse.generatedSamples'],
      // ai.google.dev/gemini-api/docs/video: done, and what the filters took out is counted and told of.
      error: ['error.message', 'response.generateVideoResponse.raiMediaFilteredReasons.0'],
    },
    // ai.google.dev/gemini-api/docs/webhooks: its callbacks name a file, and an id that is no operation's name.
    keyedFilePath: '/v1beta/{path}:download?alt=media',
    keyOnFile: true,
  }),
  api('openai', {
    base: 'https://api.openai.com',
    auth: bearer,
    ask: get('/v1/videos/{id}'),
    filePath: '/v1/videos/{id}/content',
    places: { id: ['id'], state: 'status', error: ['error.message'] },
    keyOnFile: true,
  }),
  api('higgsfield', {
    base: 'https://api.higgsfield.ai',
    auth: { header: 'Authorization', prefix: 'Key ' },
    ask: get('/requests/{id}/status'),
    places: { id: ['request_id'], state: 'status', urls: ['video.url'], error: ['error'] },
  }),
  api('magnific', {
    base: 'https://api.magnific.com',
    auth: plain('x-magnific-api-key'),
    ask: get('/v1/ai/{model}/{id}'),
    places: {
      id: ['data.task_id'],
      state: 'data.status',
      running: ['created', 'in_progress'],
      urls: ['data.generated'],
    },
  }),
  api('vidu', {
    base: 'https://api.vidu.com',
    auth: { header: 'Authorization', prefix: 'Token ' },
    ask: get('/ent/v2/tasks/{id}/creations'),
    places: { state: 'state', running: ['created'], urls: ['creations'], error: ['err_code'] },
  }),
  api('pixverse', {
    base: 'https://app-api.pixverse.ai',
    auth: plain('API-KEY'),
    headers: { 'Ai-trace-id': 'uuid' },
    ask: get('/openapi/v2/video/result/{id}'),
    places: {
      state: 'Resp.status',
      done: ['1'],
      running: ['5'],
      failed: ['7', '8'],
      urls: ['Resp.url'],
      error: ['ErrMsg'],
    },
  }),
  api('pollo', {
    base: 'https://pollo.ai',
    auth: plain('x-api-key'),
    ask: get('/api/platform/generation/{id}/status'),
    places: {
      state: 'status',
      urls: ['generations', 'data.generations'],
      error: ['failMsg', 'generations.failMsg', 'data.generations.failMsg'],
    },
  }),
  api('ark', {
    base: 'https://ark.ap-southeast.bytepluses.com',
    auth: bearer,
    ask: get('/api/v3/contents/generations/tasks/{id}'),
    places: { id: ['id'], state: 'status', urls: ['content.video_url'], error: ['error.message'] },
  }),
  api('dashscope', {
    base: 'https://dashscope-intl.aliyuncs.com',
    auth: bearer,
    ask: get('/api/v1/tasks/{id}'),
    places: {
      id: ['output.task_id'],
      state: 'output.task_status',
      failed: ['canceled', 'failed'],
      // A task of more than a day ago, or one that is not to be seen yet.
      missing: ['unknown'],
      urls: ['output.video_url'],
      error: ['output.message', 'message'],
    },
    minGapMs: 15_000,
  }),
  api('atlas', {
    base: 'https://api.atlascloud.ai',
    auth: bearer,
    ask: get('/api/v1/model/prediction/{id}'),
    places: { state: 'data.status', urls: ['data.outputs'], error: ['data.error'] },
  }),
  api('runware', {
    base: 'https://api.runware.ai',
    auth: bearer,
    ask: { method: 'POST', path: '/v1', body: (id) => [{ taskType: 'getResponse', taskUUID: id }] },
    places: {
      id: ['data.0.taskUUID'],
      state: 'data.0.status',
      // One item for each result, and one id for all of them.
      urls: ['data'],
      parts: 'data',
      error: ['errors.0.message'],
    },
  }),
  api('comfy', {
    base: 'https://api.comfy.org',
    auth: plain('X-API-Key'),
    ask: get('/v2/models/{model}/requests/{id}/status'),
    then: get('/v2/models/{model}/requests/{id}'),
    places: { state: 'status', error: ['error_type'] },
  }),
  api('bfl', {
    base: 'https://api.bfl.ai',
    domain: 'bfl.ai',
    auth: plain('x-key'),
    ask: get('/v1/get_result?id={id}'),
    askAt: ['polling_url'],
    places: {
      state: 'status',
      done: ['ready'],
      failed: ['error', 'request moderated', 'content moderated'],
      // Each region knows its own.
      missing: ['task not found'],
      urls: ['result.sample'],
    },
  }),
  api('ltx', {
    base: 'https://api.ltx.io',
    auth: bearer,
    ask: get('/v2/{model}/{id}'),
    places: { state: 'status', urls: ['result.video_url'], error: ['error.message'] },
  }),
  api('xai', {
    base: 'https://api.x.ai',
    auth: bearer,
    ask: get('/v1/videos/{id}'),
    // docs.x.ai, "video generation": the request, and not the film, has expired.
    places: { state: 'status', missing: ['expired'], urls: ['video.url'], error: ['error'] },
  }),
];
