import { path, provider, shape, starts } from '../provider.ts';

export const novita = provider({
  id: 'novita',
  name: 'Novita',
  shapes: [shape([path('payload.task.task_id')]), shape([path('task.task_id'), starts('task.status', 'TASK_STATUS_')])],
  sample: ({ taskId, fail, failure, video }) => ({
    event_type: 'ASYNC_TASK_RESULT',
    payload: {
      task: {
        task_id: taskId,
        task_type: 'IMG_TO_VIDEO',
        status: fail ? 'TASK_STATUS_FAILED' : 'TASK_STATUS_SUCCEED',
        reason: fail ? failure : '',
      },
      images: [],
      videos: fail ? [] : [{ video_url: video, video_type: 'mp4' }],
    },
  }),
});
