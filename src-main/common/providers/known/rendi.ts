import { path, provider, shape } from '../provider.ts';

/** ffmpeg as a service. */
export const rendi = provider({
  id: 'rendi',
  name: 'Rendi',
  shapes: [shape([], [path('data.command_id'), path('command_id')])],
  sample: ({ taskId, fail, failure, video }) => ({
    timestamp: '2026-01-01T00:00:00Z',
    data: {
      command_id: taskId,
      status: fail ? 'FAILED' : 'SUCCESS',
      ...(fail ? { error_message: failure } : { output_files: { out_1: { storage_url: video } } }),
    },
  }),
});
