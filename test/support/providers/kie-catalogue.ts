/** The catalogue of the kie.ai stand-in: two models, one of them without a schema yet. */
import type { Call, Reply } from './json-server.ts';

const videoEdit = 'wan/2-7-videoedit';

const openapi = {
  openapi: '3.1.0',
  paths: {
    '/api/v1/jobs/createTask': {
      post: {
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['model', 'input'],
                properties: {
                  model: { type: 'string', enum: [videoEdit] },
                  callBackUrl: { type: 'string', format: 'uri' },
                  input: { $ref: '#/components/schemas/Input%20' },
                },
              },
            },
          },
        },
      },
    },
  },
  components: {
    schemas: {
      'Input ': {
        type: 'object',
        required: ['prompt', 'video_url'],
        properties: {
          prompt: { type: 'string', maxLength: 800, description: 'What to change' },
          video_url: { type: 'string', format: 'uri', description: 'The video to edit, at most 10 s' },
          resolution: { type: 'string', enum: ['720p', '1080p'], default: '720p' },
          seed: { type: 'integer', minimum: 0, maximum: 4294967295 },
        },
      },
    },
  },
};

export function catalogueAnswer(call: Call): Reply | null {
  const well = (data: unknown): Reply => ({ json: { code: 200, msg: 'success', data } });
  if (call.path === '/api/v1/models') {
    const models = [
      {
        model: videoEdit,
        slug: 'wan-2-7-videoedit',
        title: 'Wan 2.7 Video Edit',
        provider: 'Alibaba',
        taskType: ['video to video'],
        description: 'Edits a video by words',
        pricingDesc: '16 credits per second',
      },
      {
        model: 'happyhorse/video-edit',
        slug: 'happyhorse-video-edit',
        title: 'HappyHorse',
        provider: 'HappyHorse',
        taskType: ['video to video'],
        description: '',
        pricingDesc: null,
      },
    ];
    return well({ total: models.length, models });
  }
  const found = /^\/api\/v1\/models\/(.+)\/(schema|price|success-rate)$/.exec(call.path);
  if (found === null) return null;
  const [, model, what] = found;
  if (what === 'schema') return well({ model, openapi: model === videoEdit ? openapi : null });
  if (what === 'price') return well({ model, pricingDesc: model === videoEdit ? '16 credits per second' : null });
  return well({
    points: [{ start: 0, end: 600, successRate: 0.98, errorRate: 0.02, isNormal: true }],
  });
}
