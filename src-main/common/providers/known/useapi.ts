import { isA, path, provider, shape } from '../provider.ts';

export const useapi = provider({
  id: 'useapi',
  name: 'useapi.net',
  shapes: [
    shape([path('taskId'), isA('artifacts', 'list')]),
    shape([path('status'), path('replyUrl')], [path('taskId'), path('jobid'), path('id')]),
  ],
  sample: ({ taskId, fail, failure, video, callbackUrl }) => ({
    taskId,
    id: 'test',
    name: 'Gen-4',
    status: fail ? 'FAILED' : 'SUCCEEDED',
    artifacts: fail ? [] : [{ id: 'a1', url: video, filename: 'test.mp4' }],
    ...(fail ? { error: failure } : {}),
    replyUrl: callbackUrl,
  }),
});
