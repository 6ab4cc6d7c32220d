import { day, oneOf, path, provider, shape } from '../provider.ts';

/** Renders that are not hosted by it are deleted after 24 hours. */
export const shotstack = provider({
  id: 'shotstack',
  name: 'Shotstack',
  expiresAfterSeconds: day,
  shapes: [
    shape([path('id'), path('status'), oneOf('type', 'edit', 'serve', 'ingest')], [path('action'), path('owner')]),
  ],
  sample: ({ taskId, fail, failure, video }) => ({
    type: 'edit',
    action: 'render',
    id: taskId,
    owner: 'test',
    status: fail ? 'failed' : 'done',
    url: fail ? null : video,
    error: fail ? failure : null,
  }),
});
