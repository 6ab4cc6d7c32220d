import { oneOf, path, provider, shape } from '../provider.ts';

const asked = 'https://platform.higgsfield.ai/requests';

/** Others name a `request_id` and a `status` too, and some where to ask; these say no more than that. */
const others = ['deployment_id', 'result_url', 'response_url', 'result', 'output', 'outputs', 'data'].map(path);

export const higgsfield = provider({
  id: 'higgsfield',
  name: 'Higgsfield',
  shapes: [
    shape([path('request_id'), path('status')], [path('status_url'), path('cancel_url')], others),
    shape([path('request_id'), oneOf('status', 'completed'), path('video.url')], undefined, others),
    shape([path('request_id'), oneOf('status', 'nsfw')], undefined, others),
  ],
  sample: ({ taskId, fail, failure, video }) => ({
    status: fail ? 'failed' : 'completed',
    request_id: taskId,
    status_url: `${asked}/${taskId}/status`,
    cancel_url: `${asked}/${taskId}/cancel`,
    ...(fail ? { error: failure } : { video: { url: video } }),
  }),
});
