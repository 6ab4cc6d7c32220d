import { named, path, provider, shape, starts } from '../provider.ts';

/** atlascloud.ai/docs/en/webhooks; it publishes its keys. */
export const atlas = provider({
  id: 'atlas',
  name: 'Atlas Cloud',
  signature: 'atlas',
  aliases: ['atlas', 'atlascloud', 'atlas-cloud'],
  headers: [
    { header: 'x-atlascloud-webhook-id', decides: true },
    { header: 'x-atlascloud-webhook-signature-ed25519', decides: true },
  ],
  shapes: [shape([path('session_id'), path('event_type')], [named('payload'), starts('event_type', 'video.task.')])],
  sample: ({ taskId, fail, failure, video }) => ({
    session_id: taskId,
    event_type: 'video.task.terminal',
    status: fail ? 'ERROR' : 'OK',
    payload: { status: fail ? 'failed' : 'completed', outputs: fail ? [] : [video] },
    error: fail ? { message: failure } : null,
  }),
});
