import { named, path, provider, shape } from '../provider.ts';

/** Serverless workers: the output is whatever the worker returns. */
export const runpod = provider({
  id: 'runpod',
  name: 'RunPod',
  shapes: [shape([path('id'), path('status')], [named('delayTime'), named('executionTime')])],
  sample: ({ taskId, fail, failure, video }) => ({
    id: taskId,
    status: fail ? 'FAILED' : 'COMPLETED',
    delayTime: 1,
    executionTime: 5000,
    ...(fail ? { error: failure } : { output: { images: [{ filename: 'clip.mp4', type: 's3_url', data: video }] } }),
  }),
});
