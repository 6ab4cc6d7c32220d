import { hour, oneOf, path, provider, shape, starts } from '../provider.ts';

/** Its events name the video and no link; the Videos API ended on 2026-09-24, what was sent before is still read. */
export const openai = provider({
  id: 'openai',
  name: 'OpenAI',
  expiresAfterSeconds: hour,
  signature: 'standard-webhooks',
  secretName: 'OPENAI',
  keepsResult: true,
  aliases: ['openai', 'sora'],
  shapes: [
    shape([oneOf('object', 'event'), starts('type', 'video.'), path('data.id')]),
    shape([oneOf('object', 'video'), path('id'), path('status')]),
  ],
  sample: ({ taskId, fail }) => ({
    id: `evt_${taskId}`,
    object: 'event',
    created_at: 0,
    type: fail ? 'video.failed' : 'video.completed',
    data: { id: taskId },
  }),
});
