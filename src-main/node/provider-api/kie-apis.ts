/**
 * kie.ai's five APIs. Sources: docs.kie.ai, pages of each API ("get details") and of common-api; the numbers for
 * waiting come from the same pages.
 */
import type { OrderFields, ProviderApi, RecordPlaces } from './provider-api.ts';

export const kieAccount = 'kie';
const kieBase = 'https://api.kie.ai';
/** Sources are uploaded elsewhere than tasks are made; the OpenAPI text names the wrong host. */
export const kieUploadBase = 'https://kieai.redpandaai.co';
/** New tasks per account; what is over it is refused, not queued. */
export const kieCreateLimit = { calls: 20, perMs: 10_000 } as const;

const minute = 60_000;

const common = {
  account: kieAccount,
  base: kieBase,
  auth: { header: 'Authorization', prefix: 'Bearer ' },
  headers: { 'Content-Type': 'application/json' },
  codeInBody: true,
} as const;

const flagPlaces: RecordPlaces = {
  state: 'data.successFlag',
  // 4 = the video is there, but kie.ai could not tell us: exactly what happens to a sleeping laptop.
  done: ['1', '4', 'success', 'callback_failed'],
  failed: ['2', '3', 'create_task_failed', 'generate_failed'],
  error: ['data.errorMessage'],
  credits: 'data.creditsConsumed',
  id: ['data.taskId'],
};
const statePlaces: RecordPlaces = {
  state: 'data.state',
  error: ['data.failMsg'],
  credits: 'data.creditsConsumed',
  id: ['data.taskId'],
};

/** What was not given is not sent: an empty field is a value to some of these APIs. */
function given(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

const id = ['data.taskId', 'data.task_id', 'taskId'];

/** Market models call their inputs differently; these names serve those whose schema we could not read. */
function marketInput({ prompt, videos, images, params }: OrderFields): Record<string, unknown> {
  return {
    ...given({
      prompt,
      video_url: videos.length === 1 ? videos[0] : null,
      video_urls: videos.length > 1 ? videos : null,
      image_url: images.length === 1 ? images[0] : null,
      image_urls: images.length > 1 ? images : null,
    }),
    ...params,
  };
}

export const kieApis: readonly ProviderApi[] = [
  {
    ...common,
    provider: 'kie-aleph',
    ask: { method: 'GET', path: '/api/v1/aleph/record-info?taskId={id}' },
    places: { ...flagPlaces, urls: ['data.response.resultVideoUrl'] },
    minGapMs: 30_000,
    usualMs: 4 * minute,
    create: {
      method: 'POST',
      path: '/api/v1/aleph/generate',
      needsModel: false,
      id,
      body: ({ prompt, videos, images, params, callbackUrl }) => ({
        ...given({ prompt, videoUrl: videos[0], referenceImage: images[0] }),
        ...params,
        callBackUrl: callbackUrl,
      }),
    },
  },
  {
    ...common,
    provider: 'kie-luma',
    ask: { method: 'GET', path: '/api/v1/modify/record-info?taskId={id}' },
    places: { ...flagPlaces, urls: ['data.response.resultUrls'] },
    minGapMs: 30_000,
    usualMs: 4 * minute,
    create: {
      method: 'POST',
      path: '/api/v1/modify/generate',
      needsModel: false,
      id,
      body: ({ prompt, videos, params, callbackUrl }) => ({
        ...given({ prompt, videoUrl: videos[0] }),
        ...params,
        callBackUrl: callbackUrl,
      }),
    },
  },
  {
    ...common,
    provider: 'kie-runway',
    ask: { method: 'GET', path: '/api/v1/runway/record-detail?taskId={id}' },
    places: { ...statePlaces, urls: ['data.videoInfo.videoUrl'] },
    minGapMs: 30_000,
    usualMs: 3 * minute,
    create: {
      method: 'POST',
      // A task id among the fields means: go on where that video ends.
      path: '/api/v1/runway/{generate|extend}',
      needsModel: false,
      id,
      body: ({ prompt, images, params, callbackUrl }) => ({
        ...given({ prompt, imageUrl: images[0] }),
        ...params,
        callBackUrl: callbackUrl,
      }),
    },
  },
  {
    ...common,
    provider: 'kie-veo',
    ask: { method: 'GET', path: '/api/v1/veo/record-info?taskId={id}' },
    places: { ...flagPlaces, urls: ['data.response.resultUrls'] },
    minGapMs: 20_000,
    usualMs: 3 * minute,
    create: {
      method: 'POST',
      path: '/api/v1/veo/{generate|extend}',
      needsModel: false,
      id,
      body: ({ prompt, images, model, params, callbackUrl }) => ({
        ...given({ prompt, imageUrls: images.length > 0 ? images : null, model }),
        ...params,
        callBackUrl: callbackUrl,
      }),
    },
    // Source: docs.kie.ai, "get 1080p video" and "get 4k video": any other code than 200 means "not ready", 422 is 4K
    // in the making. No callback URL is given: a second callback for the same task would speak against its record.
    upgrades: {
      '1080p': {
        method: 'GET',
        path: '/api/v1/veo/get-1080p-video?taskId={id}&index={index}',
        url: 'data.resultUrl',
        everyMs: 25_000,
      },
      '4k': {
        method: 'POST',
        path: '/api/v1/veo/get-4k-video',
        body: (taskId, index) => ({ taskId, index }),
        url: 'data.resultUrls.0',
        everyMs: 45_000,
      },
    },
  },
  {
    ...common,
    provider: 'kie-market',
    ask: { method: 'GET', path: '/api/v1/jobs/recordInfo?taskId={id}' },
    places: { ...statePlaces, urls: ['data.response.resultUrls', 'data.resultJson'] },
    minGapMs: 3_000,
    usualMs: 3 * minute,
    create: {
      method: 'POST',
      path: '/api/v1/jobs/createTask',
      needsModel: true,
      id,
      body: (order) => ({ model: order.model, callBackUrl: order.callbackUrl, input: marketInput(order) }),
    },
  },
];
