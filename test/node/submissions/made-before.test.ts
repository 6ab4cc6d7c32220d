import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Task } from '../../../src-main/common/model.ts';
import type { Order, SubmitForm } from '../../../src-main/common/submit-form.ts';
import { kieForms } from '../../../src-main/node/provider-api/kie-forms.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { madeBefore } from '../../../src-main/node/submissions/made-before.ts';
import { createSources } from '../../../src-main/node/submissions/sources.ts';
import type { Submission } from '../../../src-main/node/submissions/submission-book.ts';
import { tempDir } from '../../support/temp-dir.ts';

const { mp4, webm } = loadSamples();
const uploaded = 'https://files.example/up-1/a.mp4';
const elsewhere = 'https://films.example/harbour.mp4';
let dir: string;
beforeEach(async () => {
  dir = await tempDir();
});

const submission = (changes: Partial<Submission> = {}): Submission => ({
  id: 's-1',
  provider: 'kie-aleph',
  model: null,
  prompt: 'rain',
  sources: [uploaded],
  input: { prompt: 'rain', videoUrl: uploaded, seed: 7 },
  project: null,
  urlId: null,
  batch: null,
  intendedAt: '2026-11-12T10:00:00.000Z',
  state: 'made',
  taskId: 't-1',
  code: null,
  message: null,
  ...changes,
});
const order = (changes: Partial<Order> = {}): Order => ({
  provider: 'kie-aleph',
  model: null,
  prompt: 'rain',
  videos: [],
  images: [],
  params: { videoUrl: elsewhere, seed: 7 },
  project: 'of no account',
  ...changes,
});

const schemaForm: SubmitForm = {
  provider: 'kie-market',
  model: 'wan/x',
  title: 'Wan',
  fields: [
    { name: 'prompt', kind: 'text', isRequired: true },
    { name: 'video_url', kind: 'video', isRequired: true },
    { name: 'resolution', kind: 'choice', isRequired: false, choices: ['720p', '1080p'], default: '720p' },
  ],
  from: 'schema',
  price: null,
};

interface Scene {
  readonly book: readonly Submission[];
  readonly state?: Task['state'];
  /** Of the input that was kept. */
  readonly kept?: { readonly url: string; readonly bytes: Uint8Array };
}

async function ask({ book, state = 'succeeded', kept }: Scene, orders: readonly Order[]): Promise<(string | null)[]> {
  const sha256 = kept === undefined ? '' : createHash('sha256').update(kept.bytes).digest('hex');
  const sources = kept === undefined ? [] : [{ url: kept.url, path: 'x', sizeBytes: 1, sha256 }];
  const found = await madeBefore(
    {
      book: { snapshot: () => book },
      taskOf: ({ taskId }) => ({ key: `kie:${taskId ?? ''}`, state, sources }) as unknown as Task,
      form: (provider, model) =>
        Promise.resolve(
          [...kieForms, schemaForm].find((form) => form.provider === provider) ?? {
            provider,
            model,
            title: provider,
            fields: [],
            from: 'raw',
            price: null,
          },
        ),
      sources: createSources({
        upload: () => null,
        uploading: () => undefined,
        durationOf: () => Promise.resolve(5),
        now: Date.now,
      }),
    },
    orders,
  );
  return found.map((each) => each?.key ?? null);
}

test('the same address, prompt and fields are the same order, however it is written', async () => {
  const book = [submission({ sources: [elsewhere], input: { prompt: 'rain', videoUrl: elsewhere, seed: 7 } })];
  const written = order({ videos: [elsewhere], params: { seed: 7, referenceImage: '' } });
  expect(await ask({ book }, [order(), written])).toEqual(['kie:t-1', 'kie:t-1']);
});

test('a field that is left out is as the model has it by itself', async () => {
  const market = { provider: 'kie-market', model: 'wan/x' };
  const input = { prompt: 'rain', video_url: elsewhere };
  const book = [submission({ ...market, sources: [elsewhere], input })];
  const orders = [{}, { resolution: '720p' }, { resolution: '1080p' }].map((more) =>
    order({ ...market, params: { video_url: elsewhere, ...more } }),
  );
  expect(await ask({ book }, orders)).toEqual(['kie:t-1', 'kie:t-1', null]);
});

test('one other seed, prompt, field, model or input is another order', async () => {
  const book = [submission({ sources: [elsewhere], input: { prompt: 'rain', videoUrl: elsewhere, seed: 7 } })];
  const others = [
    order({ params: { videoUrl: elsewhere, seed: 8 } }),
    order({ params: { videoUrl: elsewhere } }),
    order({ prompt: 'snow' }),
    order({ params: { videoUrl: elsewhere, seed: 7, aspectRatio: '9:16' } }),
    order({ params: { videoUrl: uploaded, seed: 7 } }),
    order({ provider: 'kie-luma' }),
    order({ model: 'x' }),
  ];
  expect(await ask({ book }, others)).toEqual(others.map(() => null));
});

test('a file is the same where its bytes are those of the input that was kept', async () => {
  const [same, other] = [path.join(dir, 'again.mp4'), path.join(dir, 'other.webm')];
  await writeFile(same, mp4.bytes);
  await writeFile(other, webm.bytes);
  const orders = [same, other].map((videoUrl) => order({ params: { videoUrl, seed: 7 } }));
  const scene = { book: [submission()], kept: { url: uploaded, bytes: mp4.bytes } };
  expect(await ask(scene, orders)).toEqual(['kie:t-1', null]);
});

test('where a model has no form, prompt and sources stand beside the fields', async () => {
  const raw = { provider: 'replicate', model: 'a/b' };
  const book = [submission({ ...raw, sources: [elsewhere], input: { n: { b: 2, a: 1 } } })];
  const same = order({ ...raw, videos: [elsewhere], params: { n: { a: 1, b: 2 } } });
  expect(await ask({ book }, [same, { ...same, videos: [] }])).toEqual(['kie:t-1', null]);
});

test('what failed, was refused or is in doubt was not made; of several the newest is named', async () => {
  const input = { prompt: 'rain', videoUrl: elsewhere, seed: 7 };
  const book = [submission({ sources: [elsewhere], input })];
  expect(await ask({ book, state: 'failed' }, [order()])).toEqual([null]);
  for (const state of ['refused', 'unknown', 'intended'] as const)
    expect(await ask({ book: book.map((each) => ({ ...each, state })) }, [order()])).toEqual([null]);
  const two = [...book, submission({ id: 's-2', taskId: 't-2', sources: [elsewhere], input })];
  expect(await ask({ book: two }, [order()])).toEqual(['kie:t-2']);
  expect(await ask({ book: [] }, [order({ params: { videoUrl: '/no/such/file.mp4' } })])).toEqual([null]);
  expect(await ask({ book }, [order({ params: { videoUrl: '/no/such/file.mp4' } })])).toEqual([null]);
});
