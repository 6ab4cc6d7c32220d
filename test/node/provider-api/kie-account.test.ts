import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

import { isRefusal, type Order, type SourceFacts } from '../../../src-main/common/submit-form.ts';
import { createKieAccount } from '../../../src-main/node/provider-api/kie-account.ts';
import { kieForms } from '../../../src-main/node/provider-api/kie-forms.ts';
import { createProviderClient } from '../../../src-main/node/provider-api/provider-client.ts';
import { createClock } from '../../../src-main/node/clock.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createPreparing } from '../../../src-main/node/submissions/prepare-order.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { openJsonServer } from '../../support/providers/json-server.ts';
import { openKieStandIn } from '../../support/providers/kie-stand-in.ts';
import { tempDir } from '../../support/temp-dir.ts';

async function account() {
  const standIn = await openKieStandIn({ film: Buffer.from('film') });
  onTestFinished(() => standIn.close());
  const clock = createClock();
  const client = createProviderClient({
    key: () => standIn.key,
    bases: new Map([['kie', standIn.origin]]),
    clock: { ...clock, after: (_ms, run) => clock.after(0, run), now: () => clock.now() * 1000 },
  });
  return { standIn, kie: createKieAccount(client, clock) };
}

test('the balance, a fresh link, and none for what is not of kie.ai', async () => {
  const { standIn, kie } = await account();
  standIn.setBalance(640);
  expect(await kie.balance()).toBe(640);
  standIn.add('market', 't', { doneAfterMs: 0, onlyFreshLink: true });
  const fresh = await kie.freshLink(`${standIn.origin}/files/t/1.mp4`);
  expect((await fetch(`${standIn.origin}/files/t/1.mp4`)).status).toBe(403);
  expect((await fetch(fresh)).status).toBe(200);
  await expect(kie.freshLink('https://elsewhere.example/a.mp4')).rejects.toMatchObject({ code: 'invalid' });
});

test('a file is sent while it is read, and its address comes back', async () => {
  const { standIn, kie } = await account();
  const file = path.join(await tempDir(), 'my film.mp4');
  const bytes = Buffer.alloc(3 * 1024 * 1024, 7);
  await writeFile(file, bytes);
  const seen: number[] = [];
  const url = await kie.upload(file, bytes.length, (sent) => seen.push(sent));
  expect(url).toContain('/files/upload-');
  expect(seen.at(-1)).toBe(bytes.length);
  const [call] = standIn.calls;
  expect(call?.path).toBe('/api/file-stream-upload');
  expect(call?.rawBody.includes(bytes.subarray(0, 1000))).toBe(true);
  expect(call?.rawBody.toString('latin1')).toContain('name="uploadPath"\r\n\r\nvideo-inbox\r\n');
  expect(call?.rawBody.toString('latin1')).not.toContain('my film');
});

describe('the catalogue', () => {
  test('is asked for once a day, whoever wants it', async () => {
    const { standIn, kie } = await account();
    const [first] = await Promise.all([kie.models(), kie.models(), kie.form('kie-market', 'wan/2-7-videoedit')]);
    expect(first).toContainEqual({
      model: 'wan/2-7-videoedit',
      title: 'Wan 2.7 Video Edit',
      maker: 'Alibaba',
      taskTypes: ['video to video'],
      price: '16 credits per second',
    });
    expect(standIn.calls.filter((call) => call.path === '/api/v1/models')).toHaveLength(1);
    expect(await kie.successPercent('wan/2-7-videoedit')).toBe(98);
  });

  test.each([
    ['is empty', { code: 200, msg: 'success', data: { total: 0, models: [] } }],
    ['is none', { code: 200, msg: 'success', data: null }],
  ])('that %s is asked for again soon', async (_how, nothing) => {
    const clock = createFakeClock();
    const models = [{ model: 'wan/2-7-videoedit', title: 'Wan 2.7 Video Edit', taskType: [] }];
    let isThere = false;
    const server = await openJsonServer(() => ({
      json: isThere ? { code: 200, data: { total: 1, models } } : nothing,
    }));
    onTestFinished(() => server.close());
    const bases = new Map([['kie', server.origin]]);
    const kie = createKieAccount(createProviderClient({ key: () => 'k', bases, clock }), clock);
    expect(await kie.models()).toEqual([]);
    expect(await kie.models()).toEqual([]);
    expect(server.calls).toHaveLength(1);
    isThere = true;
    clock.sleep(11 * 60_000);
    expect(await kie.models()).toHaveLength(1);
    clock.sleep(11 * 60_000);
    expect(await kie.models()).toHaveLength(1);
    expect(server.calls).toHaveLength(2);
  });

  test('gives a form, through encoded references; a model without a schema takes raw JSON', async () => {
    const { kie } = await account();
    const form = await kie.form('kie-market', 'wan/2-7-videoedit');
    expect(form.fields.map(({ name, kind, isRequired }) => [name, kind, isRequired])).toEqual([
      ['prompt', 'text', true],
      ['video_url', 'video', true],
      ['resolution', 'choice', false],
      ['seed', 'integer', false],
    ]);
    expect(form.price).toBe('16 credits per second');
    expect(await kie.form('kie-market', 'happyhorse/video-edit')).toMatchObject({ from: 'raw', fields: [] });
    expect(await kie.form('kie-aleph', null)).toMatchObject({ from: 'documents', title: 'Runway Aleph' });
  });
});

describe('an order is checked before anything is paid', () => {
  const facts: Readonly<Record<string, SourceFacts>> = {
    'big.mp4': { sizeBytes: 11 * 1024 * 1024, durationSeconds: 4 },
    'long.mp4': { sizeBytes: 1024, durationSeconds: 12 },
    'fine.mp4': { sizeBytes: 1024, durationSeconds: 5.04 },
  };
  interface Asked {
    readonly prompt?: string | null;
    readonly model?: string;
    readonly videos?: readonly string[];
    readonly images?: readonly string[];
    readonly params?: Record<string, unknown>;
  }
  const preparing = createPreparing({
    client: createProviderClient({ key: () => 'key', bases: new Map(), clock: createClock() }),
    form: async (provider) =>
      kieForms.find((each) => each.provider === provider) ?? Promise.reject(new Error(provider)),
    sources: {
      facts: (source) => Promise.resolve(facts[source] ?? null),
      sha256: () => Promise.resolve(null),
      publish: (_, source) => Promise.resolve(source),
      uploadedFile: () => null,
    },
    log: silentLog,
  });
  const check = async (provider: Order['provider'], asked: Asked) => {
    const order = { provider, model: null, prompt: null, videos: [], images: [], params: {}, project: null, ...asked };
    return (await preparing.checked(order)).problems.map((each) => [each.field, each.code, isRefusal(each)]);
  };

  test.each([
    ['kie-aleph', { prompt: 'x', videos: ['big.mp4'] }, [['videoUrl', 'file-too-large', true]]],
    ['kie-aleph', { prompt: 'x', videos: ['long.mp4'] }, [['videoUrl', 'only-beginning', false]]],
    ['kie-aleph', { prompt: 'x', videos: ['fine.mp4'] }, []],
    ['kie-aleph', { prompt: 'x', videos: ['fine.mp4', 'other.mp4'] }, [['videoUrl', 'too-many', true]]],
    ['kie-luma', { prompt: 'x', videos: ['fine.mp4'], images: ['one.png'] }, [['image', 'no-place', true]]],
    ['kie-veo', { prompt: 'x', videos: ['fine.mp4'] }, [['video', 'no-place', true]]],
    ['kie-luma', { prompt: 'x', videos: ['long.mp4'] }, [['videoUrl', 'video-too-long', true]]],
    ['kie-luma', { videos: ['fine.mp4'] }, [['prompt', 'missing', true]]],
    ['kie-runway', { prompt: 'x'.repeat(1801) }, [['prompt', 'too-long', true]]],
    ['kie-runway', { prompt: 'x', params: { duration: 7 } }, [['duration', 'no-choice', true]]],
    ['kie-aleph', { prompt: 'x', videos: ['fine.mp4'], params: { seed: 'abc' } }, [['seed', 'no-number', true]]],
    ['kie-aleph', { prompt: 'x', videos: ['fine.mp4'], params: { sead: 1 } }, [['sead', 'unknown-field', false]]],
    ['kie-aleph', { prompt: 'x', videos: ['fine.mp4'], params: { prompt: 'y' } }, [['prompt', 'said-twice', true]]],
    ['kie-aleph', { prompt: 'x', videos: ['fine.mp4'], params: { prompt: 'x', seed: 7 } }, []],
    ['kie-luma', { prompt: 'x', videos: ['a.mp4'], params: { videoUrl: 'b.mp4' } }, [['videoUrl', 'said-twice', true]]],
    ['kie-veo', { prompt: 'x', model: 'veo3', params: { model: 'veo3_fast' } }, [['model', 'said-twice', true]]],
  ] as const)('%s %#', async (provider, order, problems) => {
    expect(await check(provider, order)).toEqual(problems);
  });
});
