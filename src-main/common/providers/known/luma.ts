import { named, path, provider, shape } from '../provider.ts';

/** Dream Machine, Luma's older API (docs.lumalabs.ai). */
export const luma = provider({
  id: 'luma',
  name: 'Luma',
  shapes: [
    shape(
      [path('id'), path('state')],
      [path('generation_type'), path('request.generation_type'), named('assets'), named('failure_reason')],
    ),
  ],
  sample: ({ taskId, fail, failure, prompt, video, image, callbackUrl }) => ({
    id: taskId,
    generation_type: 'video',
    state: fail ? 'failed' : 'completed',
    failure_reason: fail ? failure : null,
    assets: fail ? null : { video, image },
    model: 'sample',
    request: { prompt, callback_url: callbackUrl },
  }),
});
