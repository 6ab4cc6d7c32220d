import { hour, oneOf, path, provider, shape, starts } from '../provider.ts';

/** Relays that answer in its style add a link and an id of their own, which it never did. */
const ofRelays = [
  'task_id',
  'url',
  'video_url',
  'result_url',
  'download_url',
  'metadata',
  'output',
  'outputs',
  'data',
  'video',
  'results',
].map(path);

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
    shape([oneOf('object', 'video'), path('id'), path('status')], undefined, ofRelays),
  ],
  sample: ({ taskId, fail }) => ({
    id: `evt_${taskId}`,
    object: 'event',
    created_at: 0,
    type: fail ? 'video.failed' : 'video.completed',
    data: { id: taskId },
  }),
});
