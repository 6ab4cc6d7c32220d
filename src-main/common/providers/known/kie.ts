/** What the five APIs of kie.ai share (docs.kie.ai): one signature, one account, and bodies that can be mistaken for each other. */
import { guess, isA, named, path, starts, type Shape } from '../provider.ts';

export const kie = {
  family: 'kie',
  signature: 'kie',
  secretName: 'KIE_HMAC',
  keepsResult: true,
  isPlain: true,
} as const;

/** Shapes that several of its APIs share, with the likeliest sender; tried in this order after all certain ones. */
export const kieGuesses: readonly (readonly [
  'kie-aleph' | 'kie-luma' | 'kie-runway' | 'kie-veo' | 'kie-market',
  Shape,
])[] = [
  // Two public receivers of kie Market read a flat body.
  ['kie-market', guess([path('taskId')], [named('resultJson'), path('param'), path('failMsg')])],
  ['kie-market', guess([path('taskId'), path('state')], [path('resultUrls'), path('costTime')])],
  ['kie-aleph', guess([path('code'), path('taskId')])],
  ['kie-aleph', guess([path('code'), path('task_id')])],
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
  ['kie-runway', guess([path('data.task_id'), path('code')])],
  ['kie-veo', guess([path('data.taskId'), starts('msg', 'The 4K')])],
  ['kie-luma', guess([path('data.taskId'), path('data.successFlag'), path('data.response.resultUrls')])],
  ['kie-market', guess([path('data.taskId'), path('code')])],
];

/** The documented failure of Aleph; nothing else of kie.ai sends its task id outside `data`. */
export const alephFailure = [path('taskId'), path('code'), isA('data', 'null')];
