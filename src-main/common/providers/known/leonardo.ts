import { path, provider, shape } from '../provider.ts';

/** The form is from public receivers. */
export const leonardo = provider({
  id: 'leonardo',
  name: 'Leonardo',
  shapes: [shape([path('data.object.id')])],
  sample: ({ taskId, fail, failure, video }) => ({
    type: fail ? 'motion_generation.failed' : 'motion_generation.complete',
    object: 'generation',
    api_version: 'v1',
    data: {
      object: {
        id: taskId,
        status: fail ? 'FAILED' : 'COMPLETE',
        ...(fail ? { failure_reason: failure } : { images: [{ motionMP4URL: video }] }),
      },
    },
  }),
});
