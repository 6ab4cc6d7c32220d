import { named, path, provider, shape } from '../provider.ts';

/** Version 1 sends a file id in place of a link, version 2 the link. */
export const minimax = provider({
  id: 'minimax',
  name: 'MiniMax',
  keepsResult: true,
  aliases: ['minimax', 'hailuo'],
  shapes: [
    shape([path('task_id'), path('task.status')], [path('task.content.url'), path('task.error')]),
    shape([path('task_id')], [path('base_resp'), named('file_id')]),
    // Version 2, everything under `task` (platform.minimax.io).
    shape([path('task.id'), path('task.status')], [path('task.content'), named('task.usage'), path('task.error.code')]),
  ],
  sample: ({ taskId, fail, failure, video, image }) => ({
    task: {
      id: taskId,
      model: 'MiniMax-H3',
      status: fail ? 'failed' : 'succeeded',
      ...(fail
        ? { error: { code: '1026', message: failure } }
        : { content: { url: video, cover_url: image }, usage: { total: 1 }, error: null }),
    },
  }),
});
