import { isA, path, provider, shape, starts } from '../provider.ts';

export const wavespeed = provider({
  id: 'wavespeed',
  name: 'WaveSpeed',
  signature: 'wavespeed',
  secretName: 'WAVESPEED',
  aliases: ['wavespeed', 'wavespeedai'],
  headers: [{ header: 'webhook-signature', starts: 'v3,', decides: false }],
  shapes: [
    shape([path('id'), path('status')], [starts('urls.get', 'https://api.wavespeed.ai/'), path('has_nsfw_contents')]),
    shape([path('id'), path('model'), isA('outputs', 'list'), path('status')]),
    shape(
      [path('data.id'), path('data.status'), isA('data.outputs', 'list')],
      [path('data.has_nsfw_contents'), starts('data.urls.get', 'https://api.wavespeed.ai/')],
    ),
  ],
  sample: ({ taskId, fail, failure, prompt, video }) => ({
    id: taskId,
    model: 'test/sample',
    input: { prompt },
    outputs: fail ? [] : [video],
    urls: { get: `https://api.wavespeed.ai/api/v3/predictions/${taskId}/result` },
    status: fail ? 'failed' : 'completed',
    error: fail ? failure : '',
  }),
});
