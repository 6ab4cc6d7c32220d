import { day, named, path, provider, shape } from '../provider.ts';

export const vidu = provider({
  id: 'vidu',
  name: 'Vidu',
  expiresAfterSeconds: day,
  shapes: [shape([path('state')], [named('creations'), named('err_code')])],
  sample: ({ taskId, fail, failure, video, image }) => ({
    id: taskId,
    state: fail ? 'failed' : 'success',
    err_code: fail ? 'TestFailure' : '',
    ...(fail ? { message: failure } : { creations: [{ id: 'test', url: video, cover_url: image }] }),
  }),
});
