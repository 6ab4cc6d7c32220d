import { describe, expect, it } from 'vitest';
import type { SubmitForm } from '../../../src-main/common/submit-form.ts';
import {
  inputOfTask,
  inputOfValues,
  orderOf,
  problemsOf,
  startValues,
  valuesOfInput,
} from '../../../src-renderer/submit/form-values.ts';
import { inputsOf, one } from '../../../src-renderer/submit/several.ts';
import { sampleTask } from '../support/sample-task.ts';

const form: SubmitForm = {
  provider: 'kie-aleph',
  model: null,
  title: 'Runway Aleph',
  from: 'documents',
  price: null,
  fields: [
    { name: 'prompt', kind: 'text', isRequired: true },
    { name: 'videoUrl', kind: 'video', isRequired: true },
    { name: 'imageUrls', kind: 'image', isRequired: false, isList: true },
    { name: 'duration', kind: 'choice', isRequired: false, choices: [5, 10], default: 5 },
    { name: 'seed', kind: 'integer', isRequired: false, min: 10, max: 20 },
    { name: 'uploadCn', kind: 'switch', isRequired: false },
    { name: 'extra', kind: 'json', isRequired: false },
  ],
};

describe('what is typed', () => {
  const values = {
    prompt: 'rain',
    videoUrl: ' https://a.example/a.mp4 ',
    imageUrls: 'https://a.example/1.png\n\nhttps://a.example/2.png',
    duration: '10',
    seed: '12',
    uploadCn: 'false',
    extra: '{"a":[1]}',
  };
  const input = {
    prompt: 'rain',
    videoUrl: 'https://a.example/a.mp4',
    imageUrls: ['https://a.example/1.png', 'https://a.example/2.png'],
    duration: 10,
    seed: 12,
    uploadCn: false,
    extra: { a: [1] },
  };

  it('becomes the provider’s own kinds, and comes back', () => {
    expect(inputOfValues(form, values)).toEqual(input);
    expect(inputOfValues(form, valuesOfInput(form, input))).toEqual(input);
  });

  it('begins with what the schema says, and leaves out what is empty', () => {
    expect(startValues(form)).toEqual({ duration: '5' });
    expect(inputOfValues(form, { prompt: ' ', seed: '' })).toEqual({});
  });

  it('is refused field by field', () => {
    const codes = problemsOf(form, { prompt: 'x', duration: '7', seed: 'many', extra: '{' });
    expect(codes.map(({ field, code }) => `${field} ${code}`)).toEqual([
      'extra not-json',
      'videoUrl missing',
      'duration no-choice',
      'seed no-number',
    ]);
  });

  it('is ordered with the prompt by its own name', () => {
    expect(orderOf(form, input, { project: null, again: 'a' })).toMatchObject({
      prompt: 'rain',
      params: { seed: 12 },
      again: 'a',
    });
    expect(orderOf(form, { seed: 1 }, { project: null, again: null })).toMatchObject({ prompt: null });
  });
});

describe('the same again', () => {
  it('takes the archived source in place of an address that dies', () => {
    const task = {
      ...sampleTask('again', 0, { prompt: 'snow', sourceUrl: 'https://up.example/s.mp4' }),
      sources: [{ url: 'https://up.example/s.mp4', path: 'sources/s.mp4', sizeBytes: 1, sha256: '00' }],
    };
    expect(inputOfTask(form, task, null, (path) => `/data/${path}`)).toMatchObject({
      prompt: 'snow',
      videoUrl: '/data/sources/s.mp4',
    });
    const ordered = { prompt: 'rain', videoUrl: 'https://up.example/s.mp4', seed: 12 };
    expect(inputOfTask(form, task, ordered, (path) => path)).toMatchObject({
      prompt: 'rain',
      videoUrl: 'sources/s.mp4',
      seed: 12,
    });
  });
});

describe('several at once', () => {
  const input = { prompt: 'rain', videoUrl: 'a', seed: 12 };

  it('is one where nothing more is wanted', () => {
    expect(inputsOf(form, input, one)).toEqual([input]);
  });

  it('multiplies prompts, sources and seeds; the first seed is the one that was given', () => {
    const all = inputsOf(form, input, { ...one, prompts: 'snow', sources: 'b\n', times: '2' }, () => 0.99);
    expect(all).toHaveLength(8);
    expect(all.slice(0, 3)).toEqual([input, { ...input, seed: 20 }, { ...input, videoUrl: 'b' }]);
    expect(all.at(-1)).toEqual({ prompt: 'snow', videoUrl: 'b', seed: 20 });
  });
});
