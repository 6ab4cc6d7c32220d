/** How each provider's bodies can be told apart, as data. The first rule whose tests all hold wins. */
import { pathOf, type Path } from './body-view.ts';
import type { ProviderId } from './catalog.ts';

/** One look at a path; without further fields it asks that a value is there, and is neither null nor empty text. */
export interface ShapeTest {
  readonly at: Path;
  /** `named`: the name is there, whatever it holds. */
  readonly is?: 'named' | 'text' | 'list' | 'record' | 'null';
  /** Compared as lower-case text; numbers are written out first. */
  readonly oneOf?: readonly string[];
  readonly starts?: string;
}

export interface ShapeRule {
  readonly provider: ProviderId;
  /** All must hold. */
  readonly all: readonly ShapeTest[];
  /** At least one must hold, where given. */
  readonly any?: readonly ShapeTest[];
  /** False where other APIs of the same family send the same shape. */
  readonly certain: boolean;
}

const path = (at: string): ShapeTest => ({ at: pathOf(at) });
const starts = (at: string, text: string): ShapeTest => ({ at: pathOf(at), starts: text });
const oneOf = (at: string, ...values: string[]): ShapeTest => ({ at: pathOf(at), oneOf: values });
const isA = (at: string, is: NonNullable<ShapeTest['is']>): ShapeTest => ({ at: pathOf(at), is });
const named = (at: string): ShapeTest => isA(at, 'named');

const rule = (provider: ProviderId, all: readonly ShapeTest[], any?: readonly ShapeTest[]): ShapeRule =>
  any === undefined ? { provider, all, certain: true } : { provider, all, any, certain: true };
const guess = (provider: ProviderId, all: readonly ShapeTest[], any?: readonly ShapeTest[]): ShapeRule => ({
  ...rule(provider, all, any),
  certain: false,
});

export const shapes: readonly ShapeRule[] = [
  // Shapes with a name of their own.
  rule('openai', [oneOf('object', 'event'), starts('type', 'video.'), path('data.id')]),
  rule('openrouter', [starts('type', 'video.generation.'), path('data.id')]),
  rule('gemini', [oneOf('type', 'video.generated'), path('data.id')]),
  rule('gemini', [starts('type', 'interaction.'), path('data.id')]),
  rule('atlas', [path('session_id'), path('event_type')]),
  rule('kling', [path('id'), path('status')], [isA('billing', 'list'), named('external_id')]),
  rule('sync', [path('id'), path('status'), named('outputUrl')]),
  rule('magnific', [path('task_id'), path('status'), isA('generated', 'list')]),
  rule('heygen', [path('event_type'), path('event_data')]),
  rule(
    'replicate',
    [path('id'), path('status')],
    [starts('urls.get', 'https://api.replicate.com/'), path('webhook_events_filter')],
  ),
  rule(
    'wavespeed',
    [path('id'), path('status')],
    [starts('urls.get', 'https://api.wavespeed.ai/'), path('has_nsfw_contents')],
  ),
  rule('wavespeed', [path('id'), path('model'), isA('outputs', 'list'), path('status')]),
  rule(
    'replicate',
    [path('id'), path('status'), isA('input', 'record')],
    [path('version'), named('logs'), path('metrics')],
  ),
  rule(
    'luma',
    [path('id'), path('state')],
    [path('generation_type'), path('request.generation_type'), named('assets'), named('failure_reason')],
  ),
  rule('minimax', [path('task_id')], [path('base_resp'), named('file_id')]),
  rule('kling', [path('task_id'), path('task_status')]),
  rule('kling', [path('data.task_id'), path('data.task_status')]),
  rule(
    'piapi',
    [path('data.task_id'), path('data.status')],
    [path('data.task_type'), path('data.config.webhook_config'), path('data.meta')],
  ),
  rule('higgsfield', [path('request_id'), path('status')], [path('status_url'), path('cancel_url')]),
  rule('fal', [path('request_id')], [path('gateway_request_id'), path('payload_error')]),
  rule('fal', [path('request_id'), oneOf('status', 'ok', 'error')]),
  rule('higgsfield', [path('request_id'), oneOf('status', 'completed', 'failed', 'nsfw')]),
  rule('vidu', [path('state')], [named('creations'), named('err_code')]),
  rule('ark', [starts('id', 'cgt-'), path('status')]),
  rule('ark', [path('id'), path('status')], [path('content.video_url'), path('content.last_frame_url')]),
  rule('maxapi', [oneOf('code', '0'), oneOf('data.status', 'success', 'failure')]),

  // kie.ai: names that only one of its APIs uses.
  rule(
    'kie-aleph',
    [],
    [
      path('data.result_video_url'),
      path('data.resultVideoUrl'),
      path('data.result_image_url'),
      path('data.resultImageUrl'),
      path('data.response.resultVideoUrl'),
      path('data.response.resultImageUrl'),
      path('result_video_url'),
      path('resultVideoUrl'),
    ],
  ),
  rule('kie-runway', [path('data.generateParam')]),
  rule('kie-runway', [path('data.videoInfo'), path('data.state')]),
  rule('kie-veo', [starts('data.taskId', 'veo')]),
  rule(
    'kie-veo',
    [path('data')],
    [path('data.info.resultUrls'), path('data.info.imageUrls'), path('data.fallbackFlag')],
  ),
  rule('kie-veo', [path('data')], [starts('data.promptJson.model', 'veo'), starts('data.paramJson.model', 'veo')]),
  rule('kie-veo', [path('data.response.resolution')]),
  rule('kie-market', [path('data.taskId')], [path('data.resultJson'), path('data.param'), path('data.failMsg')]),
  rule('kie-market', [path('data.taskId'), path('data.state')]),
  rule('kie-luma', [starts('msg', 'Modify record')]),
  rule('kie-luma', [path('data.promptJson.videoUrl')]),
  rule('kie-luma', [path('data.promptJson'), path('data.resultUrls')]),
  // The documented failure of Aleph; nothing else of kie.ai sends its task id outside `data`.
  rule('kie-aleph', [path('taskId'), path('code'), isA('data', 'null')]),

  // kie.ai: shapes that several of its APIs share.
  // Two public receivers of kie Market read a flat body.
  guess('kie-market', [path('taskId')], [named('resultJson'), path('param'), path('failMsg')]),
  guess('kie-market', [path('taskId'), path('state')], [path('resultUrls'), path('costTime')]),
  guess('kie-aleph', [path('code')], [path('taskId'), path('task_id')]),
  guess('kie-aleph', [path('taskId'), path('data.video_url')]),
  guess('kie-veo', [path('data.promptJson')], [path('data.promptJson.aspectRatio'), path('data.promptJson.imageUrls')]),
  guess(
    'kie-luma',
    [path('data.taskId')],
    [path('data.promptJson'), path('data.resultUrls'), path('data.response.originUrls')],
  ),
  guess(
    'kie-aleph',
    [path('data.taskId')],
    [
      path('data.video_url'),
      path('data.videoUrl'),
      path('data.image_url'),
      path('data.videoInfo'),
      path('data.paramJson.videoUrl'),
    ],
  ),
  // Aleph's sample code reads exactly what Runway is documented to send, so Runway is the likelier sender.
  guess('kie-runway', [path('data.task_id'), path('code')]),
  guess('kie-veo', [path('data.taskId'), starts('msg', 'The 4K')]),
  guess('kie-luma', [path('data.taskId'), path('data.successFlag'), path('data.response.resultUrls')]),
  guess('kie-market', [path('data.taskId'), path('code')]),

  rule('pollo', [path('taskId'), oneOf('status', 'succeed', 'failed')]),
];

export interface HeaderRule {
  readonly header: string;
  readonly starts?: string;
  readonly provider: ProviderId;
  /** False for names that others may use too: then a body that is certainly another provider's decides. */
  readonly decides: boolean;
}

/** `x-webhook-signature` and `webhook-signature` are shared by so many that they say nothing. */
export const headerRules: readonly HeaderRule[] = [
  { header: 'x-fal-webhook-signature', provider: 'fal', decides: true },
  { header: 'x-fal-webhook-request-id', provider: 'fal', decides: true },
  { header: 'x-openrouter-signature', provider: 'openrouter', decides: true },
  { header: 'x-ai-gateway-signature', provider: 'vercel', decides: true },
  { header: 'x-atlascloud-webhook-id', provider: 'atlas', decides: true },
  { header: 'x-atlascloud-webhook-signature-ed25519', provider: 'atlas', decides: true },
  { header: 'x-toapis-webhook-signature', provider: 'toapis', decides: true },
  { header: 'sync-signature', provider: 'sync', decides: true },
  { header: 'x-signature-primary', provider: 'sync', decides: false },
  { header: 'webhook-signature', starts: 'v3,', provider: 'wavespeed', decides: false },
  { header: 'x-webhook-secret', provider: 'piapi', decides: false },
  { header: 'x-webhook-id', provider: 'pollo', decides: false },
];
