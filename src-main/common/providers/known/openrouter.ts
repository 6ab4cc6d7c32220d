import { path, provider, shape, starts } from '../provider.ts';

export const openrouter = provider({
  id: 'openrouter',
  name: 'OpenRouter',
  signature: 'openrouter',
  secretName: 'OPENROUTER',
  keepsResult: true,
  headers: [{ header: 'x-openrouter-signature', decides: true }],
  shapes: [shape([starts('type', 'video.generation.'), path('data.id')])],
  sample: ({ taskId, fail, failure, video }) => ({
    type: fail ? 'video.generation.failed' : 'video.generation.completed',
    data: {
      id: taskId,
      status: fail ? 'failed' : 'completed',
      model: 'test/sample',
      ...(fail ? { error: failure } : { unsigned_urls: [video] }),
    },
  }),
});
