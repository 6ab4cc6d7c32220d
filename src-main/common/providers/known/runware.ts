import { path, provider, shape } from '../provider.ts';

/** runware.ai/docs: the answer that the call would have given; its lists hold one task. */
export const runware = provider({
  id: 'runware',
  name: 'Runware',
  shapes: [shape([], [path('data.taskUUID'), path('errors.taskUUID'), path('taskUUID')])],
  sample: ({ taskId, fail, failure, video }) =>
    fail
      ? { errors: [{ taskUUID: taskId, code: 'testFailure', message: failure }] }
      : {
          data: [
            {
              taskType: 'videoInference',
              taskUUID: taskId,
              videoUUID: `v-${taskId}`,
              videoURL: video,
              status: 'success',
            },
          ],
        },
});
