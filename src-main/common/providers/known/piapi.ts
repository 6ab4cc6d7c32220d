import { path, provider, shape } from '../provider.ts';

export const piapi = provider({
  id: 'piapi',
  name: 'PiAPI',
  signature: 'piapi',
  secretName: 'PIAPI',
  headers: [{ header: 'x-webhook-secret', decides: false }],
  shapes: [
    shape(
      [path('data.task_id'), path('data.status')],
      [path('data.task_type'), path('data.config.webhook_config'), path('data.meta')],
    ),
  ],
  sample: ({ taskId, fail, failure, prompt, video, image }) => ({
    timestamp: 0,
    data: {
      task_id: taskId,
      model: 'sample',
      task_type: 'video_generation',
      status: fail ? 'failed' : 'completed',
      input: { prompt },
      output: fail ? {} : { generation: { video: { url: video }, thumbnail: { url: image } } },
      error: fail ? { code: 10_000, message: failure } : { code: 0, message: '' },
    },
  }),
});
