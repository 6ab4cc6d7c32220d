import { isA, path, provider, shape } from '../provider.ts';

/** Freepik's API under its new name. */
export const magnific = provider({
  id: 'magnific',
  name: 'Magnific',
  signature: 'standard-webhooks',
  secretName: 'MAGNIFIC',
  aliases: ['magnific', 'freepik'],
  shapes: [
    shape([path('task_id'), path('status'), isA('generated', 'list')]),
    shape([path('data.task_id'), path('data.status'), isA('data.generated', 'list')]),
  ],
  sample: ({ taskId, fail, failure, video }) => ({
    task_id: taskId,
    status: fail ? 'FAILED' : 'COMPLETED',
    generated: fail ? [] : [video],
    ...(fail ? { message: failure } : {}),
  }),
});
