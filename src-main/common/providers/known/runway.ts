import { day, isA, named, oneOf, path, provider, shape } from '../provider.ts';

/** Runway's own API has no webhooks: this is what it answers when asked. Links live 24 to 48 hours. */
export const runway = provider({
  id: 'runway',
  name: 'Runway API',
  expiresAfterSeconds: day,
  aliases: ['runwayml', 'runway-api'],
  shapes: [
    shape(
      [
        path('id'),
        path('createdAt'),
        oneOf('status', 'pending', 'throttled', 'running', 'succeeded', 'failed', 'cancelled'),
      ],
      [isA('output', 'list'), named('failure'), named('progress')],
    ),
  ],
  sample: ({ taskId, fail, failure, video }) => ({
    id: taskId,
    status: fail ? 'FAILED' : 'SUCCEEDED',
    createdAt: '2026-01-01T00:00:00Z',
    ...(fail ? { failure, failureCode: 'TEST' } : { output: [video] }),
  }),
});
