import { hour, named, oneOf, path, provider, shape } from '../provider.ts';

/** Luma's current API (docs.agents.lumalabs.ai): results are signed and live one hour. */
export const lumaAgents = provider({
  id: 'luma-agents',
  name: 'Luma Agents',
  expiresAfterSeconds: hour,
  shapes: [shape([path('id'), oneOf('state', 'queued', 'processing', 'completed', 'failed'), named('output')])],
  sample: ({ taskId, fail, failure, video }) => ({
    id: taskId,
    type: 'video',
    model: 'ray-3.2',
    state: fail ? 'failed' : 'completed',
    output: fail ? [] : [{ type: 'video', url: video }],
    failure_reason: fail ? failure : null,
  }),
});
