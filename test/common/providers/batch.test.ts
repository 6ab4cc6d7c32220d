/** Bodies that hold several tasks, and bodies of one task that look as if they did. */
import { describe, expect, test } from 'vitest';
import { bodiesOfBatch } from '../../../src-main/common/providers/batch.ts';
import { parseBody } from '../../../src-main/common/providers/parse-body.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';
import { readTasks } from '../../support/read-tasks.ts';

const film = (name: string): string => `https://media.example.test/out/${name}.mp4`;
const source = 'https://media.example.test/in/source.mp4';

/** Through text, as it arrives: `[task id, state, films]` of each task. */
function read(body: unknown) {
  return readTasks({ body: parseBody(JSON.stringify(body)), headers: {}, providerHint: null }).map((reading) => {
    if (reading.kind !== 'result') return [reading.kind];
    return [reading.taskId, reading.result.state, ...reading.result.videoUrls];
  });
}

const a = { status: 'completed', video_url: film('a') };
const b = { status: 'completed', video_url: film('b') };
const no = { status: 'failed', error: 'It was flagged.' };
const two = [
  ['a', 'succeeded', film('a')],
  ['b', 'succeeded', film('b')],
];
const oneOfTwo = [
  ['a', 'succeeded', film('a')],
  ['b', 'failed'],
];

const going = { status: 'processing', progress: 40 };

test.each([
  [
    [
      { id: 'a', ...going },
      { id: 'a', ...a },
    ],
    [['a', 'succeeded', film('a')]],
  ],
  [
    [
      { event: 'video.processing', data: { id: 'a' } },
      { event: 'video.failed', data: { id: 'a', error: 'no' } },
    ],
    [['a', 'failed']],
  ],
  [
    [
      { id: 'a', ...going },
      { id: 'b', ...going },
      { id: 'a', ...a },
    ],
    [
      ['a', 'succeeded', film('a')],
      ['b', 'processing'],
    ],
  ],
  // Two films of one task.
  [
    [
      { id: 'a', ...a },
      { id: 'a', ...b },
    ],
    [['a', 'succeeded', film('a'), film('b')]],
  ],
  // The film came before the word that it is there.
  [
    [
      { id: 'a', ...going, progress: 100, video_url: film('a') },
      { id: 'a', status: 'completed' },
    ],
    [['a', 'succeeded', film('a')]],
  ],
  [
    [
      { id: 'a', status: 'gpu-7', video_url: film('a') },
      { id: 'a', ...no },
    ],
    [['a', 'failed', film('a')]],
  ],
  [
    [
      { id: 'a', status: 'gpu-7' },
      { id: 'a', ...a },
    ],
    [['a', 'succeeded', film('a')]],
  ],
  [
    [
      ...[going, a, ...Array.from({ length: 70 }, () => going), { status: 'completed' }].map((said) => ({
        id: 'a',
        ...said,
      })),
    ],
    [['a', 'succeeded', film('a')]],
  ],
  // Each tells under an id of its own.
  [
    [
      { event_id: 'e1', event: 'video.progress', data: { id: 'a', ...going } },
      { event_id: 'e2', event: 'video.completed', data: { id: 'a', ...a } },
    ],
    [['a', 'succeeded', film('a')]],
  ],
  // Parts of one task, of which one is still to come.
  ...[{ clip: 1 }, { scene_index: 1 }, { id: 'c1' }].map((first): [unknown, unknown] => {
    const [name = '', mark] = Object.entries(first)[0] ?? [];
    const second = typeof mark === 'number' ? 2 : 'c2';
    return [
      [
        { task_id: 't', ...first, ...going },
        { task_id: 't', [name]: second, ...b },
      ],
      [['t', 'processing', film('b')]],
    ];
  }),
])('what was said last of a task in a list counts: %j', (body, told) => {
  expect(read(body)).toEqual(told);
});

describe('each task has a reading of its own', () => {
  test.each([
    [
      'a list of callbacks',
      [
        { id: 'a', ...a },
        { id: 'b', ...b },
      ],
    ],
    [
      'with other ids',
      [
        { taskId: 'a', ...a },
        { taskId: 'b', ...b },
      ],
    ],
    [
      'of kie.ai',
      [
        { code: 200, msg: 'success', data: { result_video_url: film('a') }, taskId: 'a' },
        { code: 200, msg: 'success', data: { result_video_url: film('b') }, taskId: 'b' },
      ],
    ],
    [
      'of events',
      [
        { event: 'task.completed', data: { task_id: 'a', ...a } },
        { event: 'task.completed', data: { task_id: 'b', ...b } },
      ],
    ],
    [
      'tasks',
      {
        tasks: [
          { id: 'a', ...a },
          { id: 'b', ...b },
        ],
      },
    ],
    [
      'tasks of a batch',
      {
        batch_id: 'x',
        status: 'completed',
        tasks: [
          { id: 'a', ...a },
          { id: 'b', ...b },
        ],
      },
    ],
    [
      'results',
      {
        results: [
          { id: 'a', video_url: film('a') },
          { id: 'b', video_url: film('b') },
        ],
      },
    ],
    [
      'results of an event',
      {
        id: 'evt_1',
        type: 'batch.completed',
        data: {
          results: [
            { task_id: 'a', ...a },
            { task_id: 'b', ...b },
          ],
        },
      },
    ],
    [
      'an event whose data is the list',
      {
        id: '9',
        type: 'tasks.done',
        data: [
          { job_id: 'a', ...a },
          { job_id: 'b', ...b },
        ],
      },
    ],
    [
      'jobs inside',
      {
        payload: {
          jobs: [
            { jobId: 'a', output: film('a'), state: 'done' },
            { jobId: 'b', output: film('b'), state: 'done' },
          ],
        },
      },
    ],
    [
      'of predictions',
      {
        predictions: [
          { id: 'a', status: 'succeeded', output: [film('a')] },
          { id: 'b', status: 'succeeded', output: [film('b')] },
        ],
      },
    ],
    [
      'Kling, asked for many',
      {
        code: 0,
        message: 'SUCCEED',
        request_id: 'r',
        data: [
          { task_id: 'a', task_status: 'succeed', task_result: { videos: [{ id: 'v1', url: film('a') }] } },
          { task_id: 'b', task_status: 'succeed', task_result: { videos: [{ id: 'v2', url: film('b') }] } },
        ],
      },
    ],
    [
      'DashScope, listed',
      {
        request_id: 'r',
        output: {
          tasks: [
            { task_id: 'a', task_status: 'SUCCEEDED', video_url: film('a') },
            { task_id: 'b', task_status: 'SUCCEEDED', video_url: film('b') },
          ],
        },
      },
    ],
    [
      'kie Market',
      {
        code: 200,
        msg: 'success',
        data: [
          { taskId: 'a', state: 'success', resultJson: JSON.stringify({ resultUrls: [film('a')] }) },
          { taskId: 'b', state: 'success', resultJson: JSON.stringify({ resultUrls: [film('b')] }) },
        ],
      },
    ],
    [
      'Runware',
      {
        data: [
          { taskType: 'videoInference', taskUUID: 'a', videoURL: film('a'), status: 'success' },
          { taskType: 'videoInference', taskUUID: 'b', videoURL: film('b'), status: 'success' },
        ],
      },
    ],
    [
      'by their ids',
      { tasks: { a1: a, b2: b } },
      [
        ['a1', 'succeeded', film('a')],
        ['b2', 'succeeded', film('b')],
      ],
    ],
    [
      'as JSON in a text',
      {
        event: 'x',
        tasks: JSON.stringify([
          { id: 'a', ...a },
          { id: 'b', ...b },
        ]),
      },
    ],
    [
      'videos that have a state each',
      {
        videos: [
          { id: 'a', ...a },
          { id: 'b', ...b },
        ],
      },
    ],
  ] as readonly (readonly [string, unknown, unknown?])[])('%s', (_, body, expected = two) => {
    expect(read(body)).toEqual(expected);
  });

  test.each([
    [
      'a list',
      [
        { id: 'a', ...a },
        { id: 'b', ...no },
      ],
    ],
    [
      'a batch that says it went well',
      {
        batch_id: 'x',
        status: 'completed',
        results: [
          { id: 'a', ...a },
          { id: 'b', ...no },
        ],
      },
    ],
    [
      'only the fault says it',
      {
        code: 200,
        msg: 'success',
        status: 'PARTIAL_SUCCESS',
        tasks: [
          { task_id: 'a', url: film('a') },
          { task_id: 'b', error: 'no' },
        ],
      },
    ],
    ['lists of their own', { succeeded: [{ task_id: 'a', url: film('a') }], failed: [{ task_id: 'b', reason: 'no' }] }],
    [
      'Runware',
      {
        data: [{ taskUUID: 'a', videoURL: film('a'), status: 'success' }],
        errors: [{ taskUUID: 'b', code: 'timeout', message: 'no' }],
      },
    ],
  ])('one of two failed: %s', (_, body) => {
    expect(read(body)).toEqual(oneOfTwo);
  });

  test.each([
    ['kie.ai', (list: unknown) => list],
    ['in a list of callbacks', (list: unknown) => ({ callbacks: list })],
    ['in a list of results', (list: unknown) => ({ event: 'batch', results: list })],
  ])('a code and a sentence are what a failure is told by: %s', (_, around) => {
    const failed = [
      ['a', 'failed'],
      ['b', 'failed'],
    ];
    const inData = (id: string, code: number) => ({ code, msg: `no ${id}`, data: { taskId: id, promptJson: '{}' } });
    const atRoot = (taskId: string, code: number) => ({ code, msg: `no ${taskId}`, data: null, taskId });
    expect(read(around([inData('a', 501), inData('b', 400)]))).toEqual(failed);
    expect(read(around([atRoot('a', 400), atRoot('b', 500)]))).toEqual(failed);
  });

  test.each([
    [
      'OpenAI',
      [
        { id: 'evt_1', object: 'event', type: 'video.completed', data: { id: 'a' } },
        { id: 'evt_2', object: 'event', type: 'video.failed', data: { id: 'b' } },
      ],
    ],
    [
      'Gemini',
      [
        { type: 'interaction.completed', version: 'v1', data: { id: 'a' } },
        { type: 'interaction.cancelled', version: 'v1', data: { id: 'b' } },
      ],
    ],
  ])('events that are told by their names: %s', (_, body) => {
    expect(read(body)).toEqual([
      ['a', 'succeeded'],
      ['b', 'failed'],
    ]);
  });

  test('by ids that are long enough to be one of a kind', () => {
    expect(read({ 'task-0000000a1': a, 'task-0000000b2': no })).toEqual([
      ['task-0000000a1', 'succeeded', film('a')],
      ['task-0000000b2', 'failed'],
    ]);
    expect(read({ take_1: a, take_2: b })).toHaveLength(1);
  });

  test('what one task has several of stays together', () => {
    const item = (taskUUID: string, name: string) => ({ taskUUID, status: 'success', videoURL: film(name) });
    expect(read({ data: [item('a', '1'), item('b', '2'), item('a', '3')] })).toEqual([
      ['a', 'succeeded', film('1'), film('3')],
      ['b', 'succeeded', film('2')],
    ]);
  });

  test('of an event that is told of beside them', () => {
    const found = read({
      event: { id: 'x', type: 'batch.completed' },
      results: [
        { id: 'a', ...a },
        { id: 'b', ...b },
      ],
    });
    expect(found).toEqual(two);
  });

  test('a film of all of them together is one more', () => {
    const found = read({
      batch_id: 'x',
      final_video_url: film('all'),
      tasks: [
        { id: 'a', ...a },
        { id: 'b', ...b },
      ],
    });
    expect(found.slice(0, 2)).toEqual(two);
    expect(found[2]).toEqual(['x', 'succeeded', film('all')]);
  });

  test('what was sent along is no result of any', () => {
    const body = {
      input: { video_url: source },
      tasks: [
        { id: 'a', ...a, input: { video_url: source } },
        { id: 'b', ...b },
      ],
    };
    expect(read(body)).toEqual(two);
  });

  test('who sent it is told for each', () => {
    const body = {
      data: [
        { taskUUID: 'a', videoURL: film('a') },
        { taskUUID: 'b', videoURL: film('b') },
      ],
    };
    const found = readTasks({ body, headers: {}, providerHint: null });
    expect(found.map((reading) => (reading.kind === 'result' ? reading.provider : null))).toEqual([
      'runware',
      'runware',
    ]);
  });
});

describe('one task', () => {
  const films = [
    { id: 'v1', url: film('a') },
    { id: 'v2', url: film('b') },
  ];
  test.each([
    ['Kling', { task_id: 't', task_status: 'succeed', task_result: { videos: films } }],
    ['Kling, new', { id: 't', status: 'succeeded', outputs: films.map((each) => ({ type: 'video', ...each })) }],
    ['Vidu', { id: 't', state: 'success', creations: films }],
    ['Pollo', { taskId: 't', status: 'succeed', generations: films.map((each) => ({ ...each, status: 'succeed' })) }],
    ['useapi', { taskId: 't', status: 'SUCCEEDED', artifacts: films }],
    [
      'takes',
      {
        id: 't',
        status: 'partially_completed',
        results: [
          { id: 'r1', status: 'completed', url: film('a') },
          { id: 'r2', status: 'failed', error: 'no' },
          { id: 'r3', status: 'completed', url: film('b') },
        ],
      },
    ],
    [
      'a job with steps',
      {
        event: 'job.finished',
        job: {
          id: 't',
          status: 'finished',
          tasks: [
            { id: 's1', operation: 'import', status: 'finished' },
            {
              id: 's2',
              operation: 'export',
              status: 'finished',
              result: { files: [{ url: film('a') }, { url: film('b') }] },
            },
          ],
        },
      },
    ],
    [
      'a task with parts',
      {
        task_id: 't',
        status: 'completed',
        sub_tasks: [
          { task_id: 's1', video_url: film('a') },
          { task_id: 's2', video_url: film('b') },
        ],
      },
    ],
    [
      'Runware, several results',
      {
        data: [
          { taskUUID: 't', videoUUID: '1', videoURL: film('a') },
          { taskUUID: 't', videoUUID: '2', videoURL: film('b') },
        ],
      },
    ],
    [
      'takes beside the job',
      {
        job: { id: 't', status: 'completed' },
        results: [
          { id: 'v1', url: film('a') },
          { id: 'v2', url: film('b') },
        ],
      },
    ],
    [
      'attempts beside it',
      {
        data: { id: 't', status: 'completed', videos: [film('a'), film('b')] },
        attempts: [
          { id: 'r1', status: 'failed' },
          { id: 'r2', status: 'completed' },
        ],
      },
    ],
    [
      'results by number',
      {
        prompt_id: 't',
        status: 'completed',
        results: { '1': { status: 'ok', url: film('a') }, '2': { status: 'ok', url: film('b') } },
      },
    ],
    [
      'people',
      {
        id: 't',
        status: 'completed',
        output: [film('a'), film('b')],
        users: [
          { id: 'u1', avatar: 'https://media.example.test/1.png' },
          { id: 'u2', avatar: 'https://media.example.test/2.png' },
        ],
      },
    ],
  ])('%s', (_, body) => {
    expect(read(body)).toEqual([['t', 'succeeded', film('a'), film('b')]]);
  });

  test('is read as it always was where it is no batch', () => {
    for (const body of [{}, [], 'x', null, [{ a: 1 }, { b: 2 }]]) {
      const input = { body, headers: {}, providerHint: null };
      expect(readTasks(input)).toEqual([readBody(input)]);
    }
  });
});

test('of a list that nobody sends there are not more than ten thousand, and it costs little', () => {
  const many = Array.from({ length: 50_000 }, (_, n) => ({ id: `t${String(n)}`, status: 'completed' }));
  // One more, so that it can be told that these are not all.
  expect(read({ tasks: many })).toHaveLength(10_001);
  const wide = Object.fromEntries(many.map(({ id }) => [id, [{ id }, { id: 'x' }]]));
  expect(read(wide).length).toBeLessThan(1025);
});

test('what a hostile sender puts around a list is not read a thousand times', () => {
  const tasks = Array.from({ length: 1024 }, (_, n) => ({ id: `t${String(n)}`, status: 'completed' }));
  const names = Object.fromEntries(Array.from({ length: 600 }, (_, n) => [`n${String(n)}`, n]));
  const list = Array.from({ length: 2000 }, (_, n) => ({ n }));
  const body = { prompt: 'A cat.', tasks, list, text: JSON.stringify(list), ...names };
  expect(read(body)).toEqual(tasks.map(({ id }) => [id, 'succeeded']));
  const bodies = bodiesOfBatch(body)?.slice(0, -1) ?? [];
  expect(bodies[0]).toMatchObject({ prompt: 'A cat.', id: 't0' });
  expect(JSON.stringify(bodies).length).toBeLessThan(8 * 1024 * 1024);
});

test('what is nested too deeply around a list breaks nothing', () => {
  const deep = parseBody(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  const body = {
    tasks: [
      { id: 'a', ...a },
      { id: 'b', ...b },
    ],
    deep,
  };
  expect(readTasks({ body, headers: {}, providerHint: null })).toMatchObject([{ taskId: 'a' }, { taskId: 'b' }]);
});

describe('callbacks that a queue hands on several at once, each in a message of its own', () => {
  const ok = (id: string) => ({ code: 200, msg: 'success', data: { taskId: id, resultUrls: [film(id)] } });
  const bad = { code: 501, msg: 'It was flagged.', data: { taskId: 'b', promptJson: '{}' } };
  const told = [ok('a'), bad];
  const text = JSON.stringify;
  const packed = (list: readonly object[]) => Buffer.from(text(list)).toString('base64');
  const sns = (body: object) => ({ Type: 'Notification', MessageId: 'm', TopicArn: 'arn:x', Message: text(body) });

  test.each<[name: string, of: (body: object, n: number) => object, list: (all: readonly object[]) => unknown]>([
    ['SQS', (body, n) => ({ messageId: `m-${String(n)}`, body: text(body) }), (Records) => ({ Records })],
    ['SNS', (body) => ({ EventSource: 'aws:sns', Sns: sns(body) }), (Records) => ({ Records })],
    ['SNS by way of SQS', (body) => ({ messageId: 'm', body: text(sns(body)) }), (Records) => ({ Records })],
    ['Kafka', (body) => ({ key: null, value: body }), (records) => ({ records })],
    ['n8n', (body, item) => ({ json: body, pairedItem: { item } }), (all) => all],
    ['requests', (body) => ({ headers: {}, body }), (all) => all],
    ['texts', (body, n) => ({ message_id: `m${String(n)}`, payload: text(body) }), (messages) => ({ messages })],
    ['events', (body, n) => ({ id: `e${String(n)}`, type: 'updated', data: body }), (events) => ({ events })],
  ])('%s', (_, of, list) => {
    expect(read(list(told.map(of)))).toEqual(oneOfTwo);
  });

  test.each([
    ['SQS', { Records: [{ messageId: 'm', body: text(bad) }] }],
    ['SNS by way of SQS', { Records: [{ messageId: 'm', body: text(sns(bad)) }] }],
    ['a relay behind another', { data: { body: bad } }],
    ['a query', { result: { data: bad } }],
  ])('one alone: %s', (_, body) => {
    expect(read(body)).toEqual([['b', 'failed']]);
  });

  test('a list in one message', () => {
    const data = packed(told);
    expect(read({ message: { data, messageId: '1' }, subscription: 's' })).toEqual(oneOfTwo);
  });

  test.each(['events', 'batch', 'messages', 'items'])('events with ids of their own, in %s', (name) => {
    const event = (n: number, data: object) => ({ id: `evt_${String(n)}`, type: 'video.completed', data });
    expect(read({ [name]: [event(1, { id: 'a', ...a }), event(2, { id: 'b', ...b })] })).toEqual(two);
  });

  test.each<[name: string, body: object, said: unknown]>([
    ['nobody’s answer in an event', { id: 'evt_1', type: 'x', data: { body: { code: 200, msg: 'success' } } }, 'evt_1'],
    ['the answer beside the task', { id: 't', status: 'completed', result: { code: 500, msg: 'x', id: 'y' } }, 't'],
    ['steps with answers', { task_id: 't', steps: [{ body: ok('y') }, { body: ok('z') }] }, 't'],
    [
      'results of a job',
      {
        job: { id: 't' },
        results: [
          { id: 'r1', ...a },
          { id: 'r2', ...b },
        ],
      },
      't',
    ],
    [
      'takes that name their job',
      { status: 'done', clips: ['1', '2'].map((id) => ({ id, job: { id: 't' }, ...a })) },
      't',
    ],
    [
      'attempts with the answer to each',
      { id: 't', status: 'completed', attempts: [{ result: bad }, { result: ok('z') }] },
      't',
    ],
    [
      'attempts of what an event is about',
      { event: 'job.over', data: { id: 't', attempts: [{ result: bad }, { result: ok('z') }] } },
      't',
    ],
    [
      'packed films with their task beside them',
      { id: 't', data: packed([{ url: film('1') }, { url: film('2') }]) },
      't',
    ],
    ['packed takes with their task beside them', { event: 'video.completed', task_id: 't', body: packed([a, b]) }, 't'],
  ])('one task: %s', (_, body, id) => {
    expect(read(body).map(([named]) => named)).toEqual([id]);
  });
});
