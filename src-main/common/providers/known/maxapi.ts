import { oneOf, provider, shape } from '../provider.ts';

export const maxapi = provider({
  id: 'maxapi',
  name: 'maxapi',
  shapes: [shape([oneOf('code', '0'), oneOf('data.status', 'success', 'failure')])],
  sample: ({ taskId, fail, failure, video }) => ({
    code: 0,
    msg: fail ? failure : 'success',
    data: { taskId, status: fail ? 'FAILURE' : 'SUCCESS', result: fail ? null : { urls: [video] } },
  }),
});
