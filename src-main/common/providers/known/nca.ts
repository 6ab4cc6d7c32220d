import { named, path, provider, shape } from '../provider.ts';

/** `job_id` is the task; `id` is the caller's own and often the same for every job. */
export const nca = provider({
  id: 'nca',
  name: 'No-Code Architects',
  aliases: ['nca', 'nca-toolkit', 'no-code-architects'],
  shapes: [
    shape(
      [path('job_id'), path('code')],
      [named('run_time'), named('queue_length'), path('endpoint'), named('total_time')],
    ),
  ],
  sample: ({ taskId, fail, failure, video }) => ({
    endpoint: '/v1/video/concatenate',
    code: fail ? 500 : 200,
    id: 'my-own-id',
    job_id: taskId,
    response: fail ? null : video,
    message: fail ? failure : 'success',
    run_time: 5,
    queue_length: 0,
  }),
});
