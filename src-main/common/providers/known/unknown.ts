import { provider } from '../provider.ts';

/** Everything that no rule recognises; it is read all the same. */
export const unknown = provider({
  id: 'unknown',
  name: 'Unknown provider',
  aliases: [],
  isPlain: true,
  shapes: [],
  sample: ({ taskId, fail, failure, video }) => ({
    id: taskId,
    status: fail ? 'failed' : 'completed',
    ...(fail ? { error: failure } : { video_url: video }),
  }),
});
