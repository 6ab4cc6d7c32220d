import { path, provider, shape } from '../provider.ts';

/** Names files on the disk of its own machine, so there is no link to fetch. */
export const comfyui = provider({
  id: 'comfyui',
  name: 'ComfyUI',
  shapes: [shape([path('prompt_id')])],
  sample: ({ taskId, fail, failure }) => ({
    prompt_id: taskId,
    execution_time: 5,
    status: fail ? 'error' : 'success',
    ...(fail
      ? { error: failure }
      : { result: { outputs: { 9: { gifs: [{ filename: 'a_00001.mp4', subfolder: '', type: 'output' }] } } } }),
  }),
});
