import { day, path, provider, shape, starts } from '../provider.ts';

/**
 * Alibaba Model Studio: `request_id` is the exchange's, the task is `output.task_id`; task and link live 24 hours. EventBridge
 * tells that a task has ended, and holds no link.
 */
export const dashscope = provider({
  id: 'dashscope',
  name: 'DashScope',
  expiresAfterSeconds: day,
  keepsResult: true,
  aliases: ['dashscope', 'wan', 'alibaba', 'model-studio'],
  shapes: [shape([path('output.task_id'), path('output.task_status')]), shape([starts('type', 'dashscope:')])],
  sample: ({ taskId, fail, failure, prompt, video }) => ({
    request_id: `r-${taskId}`,
    output: {
      task_id: taskId,
      task_status: fail ? 'FAILED' : 'SUCCEEDED',
      ...(fail ? { code: 'InternalError', message: failure } : { video_url: video, orig_prompt: prompt }),
    },
    usage: fail ? {} : { video_duration: 5 },
  }),
});
