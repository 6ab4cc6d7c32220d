/** What the five APIs of kie.ai share (docs.kie.ai): one signature, one account, and bodies that can be mistaken for each other. */
import { guess, isA, named, oneOf, path, starts, type Shape } from '../provider.ts';

export const kie = {
  family: 'kie',
  signature: 'kie',
  secretName: 'KIE_HMAC',
  keepsResult: true,
  isPlain: true,
} as const;

/** Its codes are those of HTTP and some of its own beside them; relays with a like envelope count from 0, 1 or 10000, or write words. */
const kieCode = oneOf(
  'code',
  ...'200 400 401 402 403 404 405 408 409 413 422 429 430 433 451 455 500 501 502 503 504 505 524 531 550'.split(' '),
);

/** Shapes that several of its APIs share, with the likeliest sender; tried in this order after all certain ones. */
export const kieGuesses: readonly (readonly [
  'kie-aleph' | 'kie-luma' | 'kie-runway' | 'kie-veo' | 'kie-market',
  Shape,
])[] = [
  // Two public receivers of kie Market read a flat body.
  ['kie-market', guess([path('taskId')], [named('resultJson'), path('param'), path('failMsg')])],
  ['kie-market', guess([path('taskId'), path('state')], [path('resultUrls'), path('costTime')])],
  ['kie-aleph', guess([kieCode, path('taskId')])],
  ['kie-aleph', guess([kieCode, path('task_id')])],
  ['kie-aleph', guess([path('taskId'), path('data.video_url')])],
  [
    'kie-veo',
    guess([path('data.promptJson')], [path('data.promptJson.aspectRatio'), path('data.promptJson.imageUrls')]),
  ],
  [
    'kie-luma',
    guess([path('data.taskId')], [path('data.promptJson'), path('data.resultUrls'), path('data.response.originUrls')]),
  ],
  [
    'kie-aleph',
    guess(
      [path('data.taskId')],
      [
        path('data.video_url'),
        path('data.videoUrl'),
        path('data.image_url'),
        path('data.videoInfo'),
        path('data.paramJson.videoUrl'),
      ],
    ),
  ],
  // Aleph's sample code reads exactly what Runway is documented to send, so Runway is the likelier sender.
  ['kie-runway', guess([path('data.task_id'), kieCode])],
  ['kie-veo', guess([path('data.taskId'), starts('msg', 'The 4K')])],
  ['kie-luma', guess([path('data.taskId'), path('data.successFlag'), path('data.response.resultUrls')])],
  ['kie-market', guess([path('data.taskId'), kieCode])],
];

/** The documented failure of Aleph; nothing else of kie.ai sends its task id outside `data`. */
export const alephFailure = [path('taskId'), kieCode, isA('data', 'null')];
