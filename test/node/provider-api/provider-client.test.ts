import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { apiKeyNames, apiOf, providerApis } from '../../../src-main/node/provider-api/api-table.ts';
import { createCallGate } from '../../../src-main/node/provider-api/call-gate.ts';
import { orderWasRefused } from '../../../src-main/node/provider-api/order-answers.ts';
import { createProviderClient } from '../../../src-main/node/provider-api/provider-client.ts';
import { ApiFault, type ApiFaultCode, keyNameOf } from '../../../src-main/node/provider-api/provider-api.ts';
import { readRecord } from '../../../src-main/node/provider-api/read-record.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';
import { createClock } from '../../../src-main/node/clock.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { openJsonServer, type Reply } from '../../support/providers/json-server.ts';
import { openKieStandIn, type KieKind, type TaskScript } from '../../support/providers/kie-stand-in.ts';

const film = Buffer.from('not a real film');
const link = 'https://cdn.example.com/a.mp4';

async function kie(options: { timeoutMs?: number; key?: string | null } = {}) {
  let now = Date.parse('2026-11-26T08:00:00Z');
  const standIn = await openKieStandIn({ film, now: () => now });
  onTestFinished(() => standIn.close());
  const key = options.key === undefined ? standIn.key : options.key;
  const client = createProviderClient({
    key: (name) => (name === 'KIE_API_KEY' ? key : null),
    bases: new Map([['kie', standIn.origin]]),
    clock: createClock(),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  return { standIn, client, pass: (ms: number) => (now += ms) };
}

const question = (provider: string, taskId: string) => ({ provider, taskId, model: null, askAt: null });

async function faultOf(call: Promise<unknown>): Promise<ApiFault> {
  const error: unknown = await call.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(error instanceof ApiFault)) throw new Error(`no fault: ${String(error)}`);
  return error;
}

test.each([
  [429, { code: 429, msg: 'too many', data: { taskId: 't-9' } }],
  [200, { code: 429, msg: 'too many', data: { taskId: 't-9' } }],
])('an order that is refused as one too many and names its task all the same (%i) is made', async (status, json) => {
  const server = await openJsonServer(() => ({ status, json }));
  onTestFinished(() => server.close());
  const client = createProviderClient({
    key: () => 'k',
    bases: new Map([['kie', server.origin]]),
    clock: createClock(),
  });
  const order = {
    model: null,
    prompt: 'rain',
    videos: [],
    images: [],
    params: {},
    callbackUrl: 'https://x.example/c/a',
  };
  expect(await client.create('kie-aleph', order)).toMatchObject({ taskId: 't-9' });
  expect(server.calls).toHaveLength(1);
});

test.each([
  [422, 'unreadable'],
  [403, 'bad-key'],
  [402, 'no-credits'],
])('an order that is refused with %i and names a task all the same is %s', async (status, code) => {
  const server = await openJsonServer(() => ({ status, json: { code: status, msg: 'no', data: { taskId: 't-9' } } }));
  onTestFinished(() => server.close());
  const client = createProviderClient({
    key: () => 'k',
    bases: new Map([['kie', server.origin]]),
    clock: createClock(),
  });
  const order = { model: null, prompt: 'rain', videos: [], images: [], params: {}, callbackUrl: 'https://x.example/c' };
  const fault = await faultOf(client.create('kie-aleph', order));
  expect(fault.code).toBe(code);
  expect(orderWasRefused(fault)).toBe(code !== 'unreadable');
});

test.each([
  ['kie-veo', { code: 200, msg: 'success', data: { taskId: 'ID', successFlag: 1, response: { resultUrls: [link] } } }],
  ['replicate', { id: 'ID', status: 'succeeded', output: link }],
  ['dashscope', { request_id: 'r', output: { task_id: 'ID', task_status: 'SUCCEEDED', video_url: link } }],
  ['minimax', { task: { id: 'ID', status: 'succeeded', content: { url: link } } }],
  ['runware', { data: [{ taskUUID: 'ID', status: 'success', videoURL: link }] }],
])('a record of %s that is about another task is not taken for ours', async (provider, record) => {
  let id = 'another-2';
  const server = await openJsonServer(() => ({
    json: JSON.parse(JSON.stringify(record).replace('"ID"', `"${id}"`)) as object,
  }));
  onTestFinished(() => server.close());
  const client = createProviderClient({
    key: () => 'k',
    bases: new Map([[apiOf(provider)?.account ?? '', server.origin]]),
    clock: createClock(),
  });
  expect((await faultOf(client.ask(question(provider, 'ours-1')))).code).toBe('unreadable');
  id = 'another-2", "alias": "ours-1';
  expect((await client.ask(question(provider, 'ours-1'))).result.videoUrls).toEqual([link]);
  id = 'ours-1';
  expect((await client.ask(question(provider, 'ours-1'))).result.videoUrls).toEqual([link]);
});

test.each(['/', ' ', '../x', './x', 'x/.', ''])(
  'an order for the model "%s", which is none, is refused, and nothing is sent',
  async (model) => {
    const server = await openJsonServer(() => ({ status: 404, json: {} }));
    onTestFinished(() => server.close());
    const client = createProviderClient({
      key: () => 'k',
      bases: new Map([['fal', server.origin]]),
      clock: createClock(),
    });
    const order = { model, prompt: 'rain', videos: [], images: [], params: {}, callbackUrl: 'https://x.example/c' };
    const fault = await faultOf(client.create('fal', order));
    expect([fault.code, orderWasRefused(fault)]).toEqual(['invalid', true]);
    expect(server.calls).toEqual([]);
  },
);

test.each(['.', '..', '\ud800'])('a task that calls itself %j is asked about nowhere', async (taskId) => {
  const server = await openJsonServer(() => ({ json: { results: [{ output: 'https://x.example/another.mp4' }] } }));
  onTestFinished(() => server.close());
  const bases = new Map([['replicate', server.origin]]);
  const client = createProviderClient({ key: () => 'k', bases, clock: createClock() });
  const fault = await faultOf(client.ask(question('replicate', taskId)));
  expect(fault.code).toBe('no-address');
  expect(server.calls).toEqual([]);
});

test('an order with a key that no header takes is refused, and not in doubt as if it had been sent', async () => {
  const { client, standIn } = await kie({ key: 'abc\u201cdef' });
  const order = { model: null, prompt: 'rain', videos: [], images: [], params: {}, callbackUrl: 'https://x.example/c' };
  const fault = await faultOf(client.create('kie-aleph', order));
  expect([fault.code, orderWasRefused(fault)]).toEqual(['bad-key', true]);
  expect(standIn.calls).toEqual([]);
});

describe('kie.ai', () => {
  const kinds: readonly KieKind[] = ['aleph', 'luma', 'runway', 'veo', 'market'];

  test.each(kinds)('%s: in the making, then done with its link', async (kind) => {
    const { standIn, client, pass } = await kie();
    const task = standIn.add(kind, `t-${kind}`);
    const provider = `kie-${kind}`;
    expect((await client.ask(question(provider, task.id))).result).toMatchObject({
      state: 'processing',
      videoUrls: [],
    });
    pass(60_000);
    const { result } = await client.ask(question(provider, task.id));
    expect(result.state).toBe('succeeded');
    expect(result.videoUrls).toEqual([`${standIn.origin}/files/${task.id}/1.mp4`]);
    expect(result.expiresAfterSeconds).toBe(kind === 'market' ? 86_400 : 14 * 86_400);
  });

  test.each<[KieKind, TaskScript['ends'], string]>([
    ['aleph', 'fail', 'failed'],
    ['aleph', 'moderated', 'failed'],
    ['market', 'moderated', 'failed'],
    ['runway', 'fail', 'failed'],
    ['luma', 'flag4', 'succeeded'],
    ['veo', 'fail', 'failed'],
  ])('%s that ends as %s is %s', async (kind, ends, state) => {
    const { standIn, client, pass } = await kie();
    const task = standIn.add(kind, 't-1', { ends });
    pass(60_000);
    const { result } = await client.ask(question(`kie-${kind}`, task.id));
    expect(result.state).toBe(state);
    if (ends === 'moderated') expect(result.message).toContain('moderation');
    if (state === 'succeeded') expect(result.videoUrls).toHaveLength(1);
  });

  test('the code in the body counts, whatever the status of HTTP is', async () => {
    const { standIn, client } = await kie({ timeoutMs: 300 });
    // The last is told that there were too many: until a while later nobody is asked.
    const asks = [455, 401, 402, 408, 501, 'drop', 'nonsense', 'hang', 429] as const;
    standIn.add('aleph', 't-1', { asks });
    const codes: string[] = [];
    expect((await faultOf(client.ask(question('kie-aleph', 'of-nobody')))).code).toBe('invalid');
    while (codes.length < asks.length) codes.push((await faultOf(client.ask(question('kie-aleph', 't-1')))).code);
    expect(codes).toEqual([
      'maintenance',
      'bad-key',
      'no-credits',
      'ended',
      'ended',
      'network',
      'server',
      'timeout',
      'rate-limited',
    ]);
  });

  test('an order is made once, with the callback URL in it', async () => {
    const { standIn, client } = await kie();
    const order = {
      prompt: 'rain',
      videos: ['https://files.example.com/a.mp4'],
      images: [],
      model: null,
      params: { seed: 7 },
      callbackUrl: 'https://inbox.example.com/c/x',
    };
    const { taskId } = await client.create('kie-aleph', order);
    expect(standIn.tasks.get(taskId)?.order).toEqual({
      prompt: 'rain',
      videoUrl: 'https://files.example.com/a.mp4',
      seed: 7,
      callBackUrl: 'https://inbox.example.com/c/x',
    });
    const market = await client.create('kie-market', { ...order, model: 'wan/2-7-videoedit' });
    expect(standIn.tasks.get(market.taskId)?.order).toMatchObject({
      model: 'wan/2-7-videoedit',
      input: { prompt: 'rain', video_url: 'https://files.example.com/a.mp4', seed: 7 },
    });
  });

  test.each<[TaskScript['create'], string, boolean]>([
    [402, 'no-credits', true],
    [400, 'moderated', true],
    [422, 'invalid', true],
    [500, 'server', false],
    ['lost', 'network', false],
    ['hang', 'timeout', false],
  ])('an order answered with %s is %s; certain that nothing was made: %s', async (create, code, isCertain) => {
    const { standIn, client } = await kie({ timeoutMs: 200 });
    standIn.script({ create });
    const order = {
      prompt: 'x',
      videos: [],
      images: [],
      model: null,
      params: {},
      callbackUrl: 'https://a.example/c/x',
    };
    const fault = await faultOf(client.create('kie-aleph', order));
    expect([fault.code, orderWasRefused(fault)]).toEqual([code, isCertain]);
  });

  /** What a gateway, a wrong address or somebody hostile in the middle may answer. */
  const deep = (text: string): string => `${text.repeat(100_000)}1${(text === '[' ? ']' : '}').repeat(100_000)}`;
  const long = 'x'.repeat(5000);
  const hostile: readonly (readonly [string, Reply])[] = [
    ['nothing', { bytes: Buffer.alloc(0) }],
    ['a page', { bytes: Buffer.from('<html>hello</html>') }],
    ['a word', { json: 'ok' }],
    ['a list', { json: [1, 2, 3] }],
    ['null', { json: null }],
    ['wrong types', { json: { code: 200, data: { taskId: { a: 1 }, successFlag: {}, response: 7, state: [] } } }],
    ['a list for data', { json: { code: 200, data: [] } }],
    ['deep lists', { bytes: Buffer.from(deep('[')) }],
    ['deep objects', { bytes: Buffer.from(`{"code":200,"data":${deep('{"data":')}}`) }],
    ['five megabytes', { json: { code: 200, data: { taskId: 'x', pad: 'x'.repeat(5_000_000) } } }],
    ['an endless id', { json: { code: 200, data: { taskId: long } } }],
    ['an empty id', { json: { code: 200, data: { taskId: '' } } }],
    ['200 beside a fault of HTTP', { status: 500, json: { code: 200, data: null } }],
    ['a redirect to nowhere', { status: 302, json: {}, headers: { location: 'nonsense://x' } }],
  ];
  const sent = { prompt: 'x', videos: [], images: [], model: null, params: {}, callbackUrl: 'https://a.example/c/x' };

  test.each(hostile)(
    'an order answered with %s is in doubt, and a question so answered ends nothing',
    async (_, reply) => {
      const server = await openJsonServer(() => reply);
      onTestFinished(() => server.close());
      const client = createProviderClient({
        key: () => 'kie-key-of-a-test',
        bases: new Map([['kie', server.origin]]),
        clock: createClock(),
        timeoutMs: 5000,
      });
      const fault = await faultOf(client.create('kie-aleph', sent));
      expect([fault.code, orderWasRefused(fault)]).toEqual(['unreadable', false]);
      const asked = await client.ask(question('kie-aleph', 't')).catch((error: unknown) => error);
      if (asked instanceof ApiFault) expect(['unreadable', 'not-found', 'server']).toContain(asked.code);
      else
        expect(asked).toMatchObject({ result: { state: expect.stringMatching(/^(unknown|processing)$/) as string } });
    },
  );

  test('without a key nothing is sent', async () => {
    const { standIn, client } = await kie({ key: null });
    expect((await faultOf(client.ask(question('kie-aleph', 't')))).code).toBe('no-key');
    expect(standIn.calls).toEqual([]);
  });
});

const recordBodies: Readonly<Record<string, unknown>> = {
  replicate: { id: 't', status: 'succeeded', output: link, input: { video: 'https://a.example/source.mp4' } },
  'luma-agents': { id: 't', state: 'completed', output: [{ type: 'video', url: link }] },
  luma: { id: 't', state: 'completed', assets: { video: link } },
  runway: { id: 't', status: 'SUCCEEDED', output: [link] },
  kling: { code: 0, data: [{ id: 't', status: 'succeeded', outputs: [{ type: 'video', url: link }] }] },
  minimax: { task: { id: 't', status: 'succeeded', content: { url: link } } },
  piapi: { code: 200, data: { task_id: 't', status: 'completed', output: { video_url: link } } },
  openrouter: { id: 't', status: 'completed', urls: [link] },
  wavespeed: { code: 200, data: { id: 't', status: 'completed', outputs: [link] } },
  gemini: {
    name: 'op',
    done: true,
    response: { generateVideoResponse: { generatedSamples: [{ video: { uri: link } }] } },
  },
  higgsfield: { status: 'completed', request_id: 't', video: { url: link } },
  vidu: { state: 'success', creations: [{ id: 'c', url: link }] },
  pixverse: { ErrCode: 0, Resp: { id: 1, status: 1, url: link } },
  pollo: { taskId: 't', status: 'succeed', generations: [{ url: link }] },
  ark: { id: 't', status: 'succeeded', content: { video_url: link } },
  dashscope: { request_id: 'other', output: { task_id: 't', task_status: 'SUCCEEDED', video_url: link } },
  atlas: { code: 200, data: { id: 't', status: 'completed', outputs: [link] } },
  runware: { data: [{ taskType: 'videoInference', taskUUID: 't', status: 'success', videoURL: link, cost: 0.4 }] },
  bfl: { id: 't', status: 'Ready', result: { sample: link } },
  xai: { status: 'done', video: { url: link } },
};

const second = 'https://cdn.example.com/b.mp4';
const picture = 'https://cdn.example.com/a.png';

test.each<[string, unknown, readonly string[]]>([
  [
    'runware',
    { data: [link, second].map((videoURL) => ({ taskUUID: 't', status: 'success', videoURL })) },
    [link, second],
  ],
  [
    'runware',
    {
      data: [
        { taskUUID: 't', status: 'success', imageURL: picture },
        { taskUUID: 't', status: 'success', videoURL: link },
      ],
    },
    [link],
  ],
  ['replicate', { id: 't', status: 'succeeded', output: [link, picture, second] }, [link, second]],
  [
    'kie-market',
    { code: 200, data: { state: 'success', resultJson: JSON.stringify({ resultUrls: [link, picture] }) } },
    [link],
  ],
  ['wavespeed', { data: { id: 't', status: 'completed', outputs: [picture] } }, []],
  [
    'kling',
    { data: { status: 'succeed', outputs: [{ url: picture }], task_result: { videos: [{ url: link }] } } },
    [link],
  ],
  ['wavespeed', { data: { id: 't', status: 'completed', outputs: [picture], result: { video_url: link } } }, [link]],
])('%s: of all that a record names the films', (provider, body, films) => {
  const api = apiOf(provider);
  if (api === null) throw new Error('no row');
  expect(readRecord(api, 't', body)).toMatchObject({ state: 'succeeded', videoUrls: films, needsApiKey: false });
});

test('of several that were ordered at once (Runware) each is waited for, and what is there is fetched', () => {
  const api = apiOf('runware');
  if (api === null) throw new Error('no row');
  const part = (status: string, videoURL?: string) => ({ taskUUID: 't', status, videoURL });
  const partly = { state: 'processing', videoUrls: [link], isEarly: true };
  expect(readRecord(api, 't', { data: [part('success', link), part('processing')] })).toMatchObject(partly);
  expect(readRecord(api, 't', { data: [part('processing'), part('success', link)] })).toMatchObject(partly);
  const none = readRecord(api, 't', { data: [part('processing'), part('processing')] });
  expect(none).toMatchObject({ state: 'processing', videoUrls: [] });
  expect(none).not.toHaveProperty('isEarly');
  const whole = readRecord(api, 't', { data: [part('success', link), part('success', second)] });
  expect(whole).toMatchObject({ state: 'succeeded', videoUrls: [link, second] });
  expect(whole).not.toHaveProperty('isEarly');
});

test('a record of a failure that names a film is read as a callback is, without what was sent', () => {
  const api = apiOf('piapi');
  if (api === null) throw new Error('no row');
  const data = { task_id: 't', status: 'failed', input: { video_url: second }, output: { video_url: link } };
  expect(readRecord(api, 't', { code: 200, data })).toMatchObject({
    ...{ state: 'failed', videoUrls: [link], isDespiteFailure: true, needsApiKey: false },
  });
  const sent = readRecord(api, 't', { code: 200, data: { ...data, output: {} } });
  expect(sent).toMatchObject({ state: 'failed', videoUrls: [] });
  expect(sent).not.toHaveProperty('isDespiteFailure');
});

test.each<[string, object]>([
  [
    'kie-aleph',
    { code: 200, data: { taskId: 't', successFlag: 3, errorMessage: 'late', response: { resultVideoUrl: link } } },
  ],
  ['kling', { data: { id: 't', status: 'failed', task_result: { videos: [{ url: link }] } } }],
  ['replicate', { id: 't', status: 'failed', error: 'late', output: [link] }],
])('%s: a record of a failure keeps the film that stands where films do', (provider, body) => {
  const api = apiOf(provider);
  if (api === null) throw new Error('no row');
  const record = readRecord(api, 't', body);
  expect(record).toMatchObject({ state: 'failed', videoUrls: [link], isDespiteFailure: true, needsApiKey: false });
});

test.each<[string, object]>([
  [
    'openrouter',
    {
      id: 't',
      status: 'completed',
      unsigned_urls: [link],
      expires_at: '2026-11-26T09:00:00Z',
      seed: 42,
      usage: { cost: 0.5 },
    },
  ],
  ['runware', { data: [{ taskType: 'videoInference', taskUUID: 't', status: 'success', videoURL: link, cost: 0.12 }] }],
  ['bfl', { id: 't', status: 'Ready', result: { sample: link, seed: 7 } }],
  ['replicate', { id: 't', status: 'succeeded', output: [link] }],
  [
    'kie-aleph',
    { code: 200, data: { taskId: 't', successFlag: 1, creditsConsumed: 12, response: { resultVideoUrl: link } } },
  ],
])('%s: a record keeps what a callback of the same words keeps', (provider, body) => {
  const api = apiOf(provider);
  const told = readBody({ headers: {}, providerHint: provider, body });
  if (api === null || told.kind !== 'result') throw new Error('no row or no result');
  const { seed, expiresAt, cost, credits, expiresAfterSeconds } = told.result;
  const asked = readRecord(api, 't', body);
  expect(asked).toMatchObject({ state: 'succeeded', videoUrls: [link] });
  expect({
    seed: asked?.seed,
    expiresAt: asked?.expiresAt,
    cost: asked?.cost,
    credits: asked?.credits,
    expiresAfterSeconds: asked?.expiresAfterSeconds,
  }).toEqual({ seed, expiresAt, cost, credits: provider === 'kie-aleph' ? 12 : credits, expiresAfterSeconds });
});

test('the life of a link that each question makes anew is that of the question', () => {
  const api = apiOf('minimax');
  if (api === null) throw new Error('no row');
  const body = { task_id: 't', status: 'Success', file: { download_url: link } };
  expect(readRecord(api, 't', body)).toMatchObject({ videoUrls: [link], expiresAfterSeconds: 3600 });
});

describe('every other provider', () => {
  test.each(Object.keys(recordBodies))('%s: asked with its key, its record read', async (provider) => {
    const api = apiOf(provider);
    if (api === null) throw new Error('no row');
    const server = await openJsonServer((call): Reply => {
      const isKeyRight = call.headers[api.auth.header.toLowerCase()] === `${api.auth.prefix}the-key`;
      return isKeyRight ? { json: recordBodies[provider] } : { status: 401, json: { error: 'no' } };
    });
    onTestFinished(() => server.close());
    const client = createProviderClient({
      key: (name) => (name === keyNameOf(api.account) ? 'the-key' : null),
      bases: new Map([[provider, server.origin]]),
      clock: createClock(),
    });
    const { result } = await client.ask(question(provider, 't'));
    expect(result).toMatchObject({ state: 'succeeded', videoUrls: [link] });
    if (provider === 'pixverse') expect(server.calls[0]?.headers['ai-trace-id']).toMatch(/^[\da-f-]{36}$/);
    if (provider === 'runware') expect(server.calls[0]?.body).toEqual([{ taskType: 'getResponse', taskUUID: 't' }]);
  });

  test('gemini: a file that a callback named is a link below its own base; a task with a record is asked about', async () => {
    const operation = 'models/veo-3/operations/op1';
    const server = await openJsonServer((): Reply => ({ json: recordBodies['gemini'] }));
    onTestFinished(() => server.close());
    let key: string | null = null;
    const client = createProviderClient({
      key: () => key,
      bases: new Map([['gemini', server.origin]]),
      clock: createClock(),
    });
    const named = { ...question('gemini', 'v-81'), keyedFiles: ['files/ab12'] };
    expect((await faultOf(client.ask(named))).code).toBe('no-key');
    key = 'the-key';
    const ofFile = `${server.origin}/v1beta/files/ab12:download?alt=media`;
    expect(await client.ask(named)).toMatchObject({ isOfCallback: true, result: { videoUrls: [ofFile] } });
    // From another machine's log it may be anything.
    const strange = await client.ask({ ...named, keyedFiles: ['//elsewhere.example/files/x?y='] });
    expect(new URL(strange.result.videoUrls[0] ?? '').origin).toBe(server.origin);
    expect(server.calls).toEqual([]);
    const { result } = await client.ask({ ...named, taskId: operation });
    expect([result.videoUrls, server.calls[0]?.path]).toEqual([[link], `/v1beta/${operation}`]);
    expect(client.fileHeaders(new URL(ofFile))).toEqual({ 'x-goog-api-key': 'the-key' });
    expect(client.fileHeaders(new URL('https://elsewhere.example/v1beta/files/ab12:download?alt=media'))).toEqual({});
  });

  test('a file behind one gateway for several providers takes the key of its own one', () => {
    const gateway = 'https://gateway.example';
    const client = createProviderClient({
      key: (name) => `of ${name}`,
      bases: new Map([
        ['openrouter', `${gateway}/open`],
        ['gemini', `${gateway}/google`],
        ['openai', gateway],
      ]),
      clock: createClock(),
    });
    const headersOf = (path: string) => client.fileHeaders(new URL(gateway + path));
    expect(headersOf('/open/api/v1/videos/a/content')).toEqual({ Authorization: 'Bearer of OPENROUTER_API_KEY' });
    expect(headersOf('/google/v1beta/files/a:download')).toEqual({ 'x-goog-api-key': 'of GEMINI_API_KEY' });
    expect(headersOf('/openly/a.mp4')).toEqual({ Authorization: 'Bearer of OPENAI_API_KEY' });
  });

  test('fal: where to ask comes from the answer to the order, and the film from a second question', async () => {
    const server = await openJsonServer((call): Reply => {
      if (call.method === 'POST') {
        return {
          json: {
            request_id: 'r',
            status_url: `${server.origin}/x/y/requests/r/status`,
            response_url: 'https://elsewhere.example/r',
          },
        };
      }
      if (call.path.endsWith('/status')) {
        return { json: { status: 'COMPLETED', request_id: 'r', response_url: `${server.origin}/x/y/requests/r` } };
      }
      return { json: { video: { url: link } } };
    });
    onTestFinished(() => server.close());
    const client = createProviderClient({
      key: () => 'k',
      bases: new Map([['fal', server.origin]]),
      clock: createClock(),
    });
    const order = {
      prompt: 'x',
      videos: [],
      images: [],
      model: 'x/y/z',
      params: {},
      callbackUrl: 'https://a.example/c/x',
    };
    const { taskId, askAt } = await client.create('fal', order);
    expect(taskId).toBe('r');
    const { result } = await client.ask({ provider: 'fal', taskId, model: 'x/y/z', askAt });
    expect(result).toMatchObject({ state: 'succeeded', videoUrls: [link] });
    expect((await faultOf(client.ask(question('fal', 'r')))).code).toBe('no-address');
    const elsewhere = client.ask({ ...question('fal', 'r'), askAt: 'https://elsewhere.example/status' });
    expect((await faultOf(elsewhere)).code).toBe('no-address');
  });

  const refusal = { detail: [{ loc: ['body', 'prompt'], msg: 'Not made of that.', type: 'value_error' }] };
  test.each<[name: string, record: object, film: Reply, end: object]>([
    ['refused as an order would be', {}, { status: 422, json: refusal }, { code: 'ended', said: 'Not made of that.' }],
    ['the reason in place of it', {}, { json: refusal }, { state: 'failed', message: 'Not made of that.' }],
    [
      'an error in the record',
      { error: 'Runner died', error_type: 'runner_disconnected' },
      { json: {} },
      { state: 'failed', message: 'Runner died' },
    ],
    ['not there for a while', {}, { status: 503, json: {} }, { code: 'server' }],
  ])('fal: what has failed is over as well, and told with its reason: %s', async (_, record, film, end) => {
    const server = await openJsonServer(({ path }): Reply => {
      const result = `${server.origin}/x/y/requests/r`;
      return path.endsWith('/status') ? { json: { status: 'COMPLETED', response_url: result, ...record } } : film;
    });
    onTestFinished(() => server.close());
    const bases = new Map([['fal', server.origin]]);
    const client = createProviderClient({ key: () => 'k', bases, clock: createClock() });
    const asked = client.ask({ ...question('fal', 'r'), askAt: `${server.origin}/x/y/requests/r/status` });
    expect(
      await asked.then(
        ({ result }) => result,
        (error: unknown) => error,
      ),
    ).toMatchObject(end);
  });

  test('a file that is refused elsewhere tells nothing of the task: it is asked for again', async () => {
    const server = await openJsonServer(({ path }): Reply =>
      path.startsWith('/v1/files') ? { status: 422, json: {} } : { json: { status: 'Success', file_id: 'f' } },
    );
    onTestFinished(() => server.close());
    const bases = new Map([['minimax', server.origin]]);
    const client = createProviderClient({ key: () => 'k', bases, clock: createClock() });
    expect((await faultOf(client.ask(question('minimax', 't')))).code).toBe('invalid');
  });

  test.each<[provider: string, base: string | null, address: string, isAsked: boolean]>([
    ['bfl', null, 'https://api.eu1.bfl.ai/v1/get_result?id=t', true],
    ['bfl', null, 'http://api.eu1.bfl.ai/v1/get_result?id=t', false],
    ['bfl', null, 'https://api.eu1.bfl.ai:8443/v1/get_result?id=t', false],
    ['bfl', null, 'https://bfl.ai.stranger.example/v1/get_result?id=t', false],
    ['bfl', null, 'https://strangersbfl.ai/v1/get_result?id=t', false],
    ['bfl', 'https://gateway.example', 'https://api.eu1.bfl.ai/v1/get_result?id=t', false],
    ['fal', null, 'https://queue.fal.run/x/y/requests/t/status', true],
    ['fal', null, 'https://stranger.fal.run/x/y/requests/t/status', false],
    ['fal', 'https://api.provider.co.uk', 'https://stranger.co.uk/status', false],
    ['fal', 'https://mine.hosting.example', 'https://stranger.hosting.example/status', false],
    ['fal', 'https://mine.hosting.example', 'https://mine.hosting.example/status', true],
  ])('%s at %s: the key goes with a question to %s: %s', async (provider, base, address, isAsked) => {
    const asked: string[] = [];
    const client = createProviderClient({
      key: () => 'k',
      bases: new Map(base === null ? [] : [[provider, base]]),
      clock: createClock(),
      fetch: (url) => {
        asked.push(url.href);
        return Promise.resolve(Response.json({ status: 'Pending' }));
      },
    });
    await client.ask({ ...question(provider, 't'), askAt: address }).catch(() => undefined);
    expect(asked.includes(address)).toBe(isAsked);
    expect(asked.every((url) => url === address || new URL(url).origin === (base ?? 'https://api.bfl.ai'))).toBe(true);
  });

  test('minimax: the file id is asked for its link', async () => {
    const server = await openJsonServer((call): Reply =>
      call.path === '/v1/files/retrieve'
        ? { json: { file: { file_id: call.query.get('file_id'), download_url: link }, base_resp: { status_code: 0 } } }
        : {
            json: {
              task_id: 't',
              status: 'Success',
              file_id: '99',
              base_resp: { status_code: 0, status_msg: 'success' },
            },
          },
    );
    onTestFinished(() => server.close());
    const client = createProviderClient({
      key: () => 'k',
      bases: new Map([['minimax', server.origin]]),
      clock: createClock(),
    });
    expect((await client.ask(question('minimax', 't'))).result).toMatchObject({
      state: 'succeeded',
      videoUrls: [link],
    });
  });

  test.each<[string, Reply, ApiFaultCode | null]>([
    [
      'with a number of its own',
      { json: { task_id: '', status: '', file_id: '', base_resp: { status_code: 2013 } } },
      null,
    ],
    ['with 404', { status: 404, json: { message: 'task not found' } }, 'not-found'],
  ])('minimax: what version 1 does not know %s is asked of version 2', async (_how, no, fault) => {
    const records: Readonly<Record<string, unknown>> = {
      new: { task: { id: 'new', status: 'succeeded', content: { url: link }, error: null } },
      ended: { task: { id: 'ended', status: 'failed', error: { code: '1026', message: 'sensitive input' } } },
    };
    const server = await openJsonServer(({ path }): Reply => {
      const record = records[/^\/v2\/query\/video_generation\/(\w+)$/.exec(path)?.[1] ?? ''];
      return path.startsWith('/v1/') ? no : record === undefined ? { status: 404, json: {} } : { json: record };
    });
    onTestFinished(() => server.close());
    const bases = new Map([['minimax', server.origin]]);
    const client = createProviderClient({ key: () => 'k', bases, clock: createClock() });
    const results = [question('minimax', 'new'), question('minimax', 'ended')].map(async (asked) => client.ask(asked));
    expect((await Promise.all(results)).map(({ result }) => result)).toMatchObject([
      { state: 'succeeded', videoUrls: [link] },
      { state: 'failed', message: 'sensitive input' },
    ]);
    const neither = client.ask(question('minimax', 'nobody'));
    if (fault !== null) expect((await faultOf(neither)).code).toBe(fault);
    else expect((await neither).result.state).toBe('unknown');
  });

  test.each<[string, unknown, ApiFaultCode]>([
    // A callback may have told of its film: a task that they do not know has not failed.
    ['dashscope', { request_id: 'r', output: { task_id: 'x', task_status: 'UNKNOWN' } }, 'not-found'],
    ['bfl', { id: 'x', status: 'Task not found', result: null }, 'not-found'],
    ['xai', { status: 'expired' }, 'not-found'],
    [
      'runware',
      { errors: [{ taskUUID: 't-81', code: 'none', message: 'No response found for this taskUUID' }] },
      'not-found',
    ],
    ['piapi', { code: 404, data: { task_id: 't-81', status: '' }, message: 'task not found' }, 'not-found'],
    ['piapi', { data: { task_id: 't-81', status: 'failed', error: { message: 'failed to find task' } } }, 'not-found'],
    ['wavespeed', { data: { id: 't-81', status: 'failed', error: 'prediction "t-81" does not exist' } }, 'not-found'],
    ['pixverse', { ErrCode: 10001, ErrMsg: 'Token is expired', Resp: {} }, 'unreadable'],
    ['wavespeed', { code: 401, message: 'unauthorized' }, 'bad-key'],
    ['wavespeed', { code: 503, message: 'failed to query the prediction' }, 'server'],
    ['atlas', { code: 429, message: 'failed: too many requests' }, 'rate-limited'],
    ['piapi', { code: 402, message: 'failed: insufficient credits', data: null }, 'no-credits'],
    ['vidu', { error: 'invalid token' }, 'unreadable'],
    ['replicate', { status: 'unauthorized' }, 'unreadable'],
    ['replicate', { title: 'Unauthenticated', detail: 'no token', status: 401 }, 'unreadable'],
    ['replicate', { status: 'error', message: 'Internal error' }, 'unreadable'],
    ['openrouter', { status: 'error', code: 503, message: 'Service unavailable' }, 'server'],
    ['xai', { status: '503', error: 'Service Unavailable' }, 'unreadable'],
    // Nor is any over.
    ['runway', { status: 'ok' }, 'unreadable'],
    ['luma', { code: 200, msg: 'success', data: null }, 'unreadable'],
    ['minimax', { base_resp: { status_code: 1004, status_msg: 'login fail' } }, 'bad-key'],
    [
      'minimax',
      { task_id: '', status: '', base_resp: { status_code: 2049, status_msg: 'invalid api key' } },
      'bad-key',
    ],
    ['minimax', { base_resp: { status_code: 1002, status_msg: 'rate limit' } }, 'rate-limited'],
    ['minimax', { base_resp: { status_code: 1008, status_msg: 'insufficient balance' } }, 'no-credits'],
  ])('%s: 200 with %j is about the question, and no task failed or is done', async (provider, json, code) => {
    const server = await openJsonServer((): Reply => ({ json }));
    onTestFinished(() => server.close());
    const bases = new Map([[provider, server.origin]]);
    const client = createProviderClient({ key: () => 'k', bases, clock: createClock() });
    expect((await faultOf(client.ask(question(provider, 't-81')))).code).toBe(code);
  });

  test.each<[string, unknown, string | null]>([
    [
      'gemini',
      {
        name: 'models/veo/operations/t-81',
        done: true,
        response: { generateVideoResponse: { raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['blocked'] } },
      },
      'blocked',
    ],
    ['runware', { errors: [{ taskUUID: 't-81', code: 'timeout', message: 'no result' }] }, 'no result'],
    ['wavespeed', { data: { id: 't-81', status: 'failed', error: 'task input not found' } }, 'task input not found'],
    ['replicate', { status: 'failed', error: 'No response from the model' }, 'No response from the model'],
    ['replicate', { status: 'failed', error: 'Request failed: image not found' }, 'Request failed: image not found'],
    ['pixverse', { ErrCode: 0, ErrMsg: 'success', Resp: { status: 8 } }, null],
    [
      'pollo',
      {
        code: 'SUCCESS',
        message: 'success',
        data: { taskId: 't-81', generations: [{ status: 'failed', failMsg: 'odd' }] },
      },
      'odd',
    ],
    ['minimax', { task: { id: 't-81', status: 'failed', error: { message: 'sensitive input' } } }, 'sensitive input'],
    ['minimax', { task_id: 't-81', status: 'Fail', base_resp: { status_code: 1000, status_msg: 'broke' } }, 'broke'],
  ])('%s: 200 with %j is about the task', async (provider, json, message) => {
    const server = await openJsonServer((): Reply => ({ json }));
    onTestFinished(() => server.close());
    const bases = new Map([[provider, server.origin]]);
    const client = createProviderClient({ key: () => 'k', bases, clock: createClock() });
    expect((await client.ask(question(provider, 't-81'))).result).toMatchObject({ state: 'failed', message });
  });

  test('a redirect to another host gets no key', async () => {
    const seen: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end(JSON.stringify({ id: 't', status: 'processing' }));
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const elsewhere = `http://127.0.0.1:${String((other.address() as AddressInfo).port)}/x`;
    const server = await openJsonServer(() => ({ status: 302, json: {}, headers: { location: elsewhere } }));
    onTestFinished(() => server.close());
    const client = createProviderClient({
      key: () => 'secret',
      bases: new Map([['replicate', server.origin]]),
      clock: createClock(),
    });
    await client.ask(question('replicate', 't'));
    expect(server.calls[0]?.headers.authorization).toBe('Bearer secret');
    expect(seen).toEqual([undefined]);
  });

  test('each row has a key of its account, and no two rows are of one provider', () => {
    expect(new Set(providerApis.map(({ provider }) => provider)).size).toBe(providerApis.length);
    expect(apiKeyNames).toEqual(expect.arrayContaining(['KIE_API_KEY', 'REPLICATE_API_KEY', 'LUMA_AGENTS_API_KEY']));
  });
});

test('a gate lets through so many in any stretch of time, in their order', async () => {
  const clock = createFakeClock();
  const gate = createCallGate({ calls: 20, perMs: 10_000, clock });
  const passed: number[] = [];
  for (let n = 0; n < 200; n += 1) void gate.pass().then(() => passed.push(clock.now()));
  await clock.pass(120_000, () => new Promise((resolve) => setImmediate(resolve)));
  expect(passed).toHaveLength(200);
  const most = Math.max(...passed.map((at) => passed.filter((other) => other >= at && other - at < 10_000).length));
  expect(most).toBe(20);
});
