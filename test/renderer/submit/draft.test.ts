import { describe, expect, it } from 'vitest';
import type { FormField, SubmitForm } from '../../../src-main/common/submit-form.ts';
import { type Draft, draftFor, draftPlace } from '../../../src-renderer/submit/draft.ts';
import { one } from '../../../src-renderer/submit/several.ts';

const formOf = (provider: string, fields: readonly FormField[], more: Partial<SubmitForm> = {}): SubmitForm => ({
  provider,
  model: null,
  title: provider,
  from: 'documents',
  price: null,
  fields,
  ...more,
});
const prompt: FormField = { name: 'prompt', kind: 'text', isRequired: true, maxLength: 20 };
const aleph = formOf('kie-aleph', [
  prompt,
  { name: 'videoUrl', kind: 'video', isRequired: true },
  { name: 'imageUrls', kind: 'image', isRequired: false, isList: true },
  { name: 'aspectRatio', kind: 'choice', isRequired: false, choices: ['16:9', '21:9'] },
  { name: 'duration', kind: 'choice', isRequired: false, choices: [5, 10], default: 5 },
  { name: 'seed', kind: 'integer', isRequired: false, min: 0 },
]);
const market = formOf('kie-market', [
  prompt,
  { name: 'video_url', kind: 'video', isRequired: true },
  { name: 'image', kind: 'image', isRequired: false },
  { name: 'aspectRatio', kind: 'choice', isRequired: false, choices: ['16:9', '9:16'] },
  { name: 'duration', kind: 'choice', isRequired: false, choices: [5, 10], default: 10 },
  { name: 'seed', kind: 'integer', isRequired: false, min: 10_000 },
]);
const draft: Draft = {
  provider: 'kie-aleph',
  model: null,
  values: {
    prompt: 'rain at dusk',
    videoUrl: 'https://a.example/a.mp4',
    imageUrls: 'https://a.example/1.png\nhttps://a.example/2.png',
    aspectRatio: '16:9',
    duration: '5',
    seed: '77',
  },
  json: null,
  several: { ...one, prompts: 'snow' },
  project: 'Night film',
};

describe('what was typed in the form of another provider', () => {
  it('goes along by name, sources to the place for them; what is refused there, or was only given here, stays', () => {
    expect(draftFor(market, { form: aleph, draft })).toEqual({
      ...draft,
      provider: 'kie-market',
      values: {
        prompt: 'rain at dusk',
        video_url: 'https://a.example/a.mp4',
        image: 'https://a.example/1.png',
        aspectRatio: '16:9',
      },
    });
    const values = { aspectRatio: '21:9', duration: '10', seed: '77120' };
    expect(draftFor(market, { form: aleph, draft: { ...draft, values } }).values).toEqual({
      duration: '10',
      seed: '77120',
    });
  });

  it('keeps a prompt that is too long there, as nobody writes one twice', () => {
    const values = { prompt: 'a prompt of more than twenty characters' };
    expect(draftFor(market, { form: aleph, draft: { ...draft, values } }).values).toEqual(values);
  });

  it('is put over what was typed here before, which keeps the rest', () => {
    const own: Draft = { ...draft, provider: 'kie-market', values: { prompt: 'fog', seed: '77120' } };
    const values = { prompt: 'rain at dusk' };
    expect(draftFor(market, { form: aleph, draft: { ...draft, values } }, own).values).toEqual({
      ...values,
      seed: '77120',
    });
    const asJson = { ...own, json: '{ "prompt": "fog", "seed": 77120 }' };
    const { json } = draftFor(market, { form: aleph, draft: { ...draft, values } }, asJson);
    expect(JSON.parse(json ?? '')).toEqual({ ...values, seed: 77_120 });
    const half = { ...own, json: '{ "prompt": "fo' };
    expect(draftFor(market, { form: aleph, draft }, half).json).toBe(half.json);
  });

  it('goes along from JSON, and to it only as a prompt', () => {
    const json = JSON.stringify({ prompt: 'fog', videoUrl: 'https://a.example/b.mp4', unheardOf: 1 });
    expect(draftFor(market, { form: aleph, draft: { ...draft, json } }).values).toEqual({
      prompt: 'fog',
      video_url: 'https://a.example/b.mp4',
    });
    const raw = formOf('kie-market', [], { model: 'some/model', from: 'raw' });
    expect(JSON.parse(draftFor(raw, { form: aleph, draft }).json ?? '')).toEqual({ prompt: 'rain at dusk' });
    expect(draftFor(raw, { form: aleph, draft }).model).toBe('some/model');
    expect(draftFor(aleph, { form: raw, draft: { ...draft, json } }).values).toEqual({
      prompt: 'fog',
      videoUrl: 'https://a.example/b.mp4',
    });
  });
});

describe('what was typed and not ordered is kept', () => {
  function storage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
    const held = new Map<string, string>();
    return {
      getItem: (name) => held.get(name) ?? null,
      setItem: (name, text) => void held.set(name, text),
      removeItem: (name) => void held.delete(name),
    };
  }
  const browser = () => ({ kept: storage(), keptInTab: storage() });

  it('of a new order by the browser, until it is ordered', () => {
    const { kept, keptInTab } = browser();
    const place = draftPlace({ kept, keptInTab }, null, 'again');
    place.write(draft);
    expect(draftPlace({ kept, keptInTab: storage() }, null, 'again').read()).toEqual(draft);
    place.write(null);
    expect(place.read()).toBeNull();
  });

  it('of an earlier order that is changed by the tab, for that one alone', () => {
    const both = browser();
    draftPlace(both, 'kie-aleph:a', 'edit').write(draft);
    expect(draftPlace(both, 'kie-aleph:a', 'edit').read()).toEqual(draft);
    expect(draftPlace(both, 'kie-aleph:b', 'edit').read()).toBeNull();
    expect(draftPlace(both, null, 'again').read()).toBeNull();
    expect(draftPlace({ ...both, keptInTab: storage() }, 'kie-aleph:a', 'edit').read()).toBeNull();
  });

  it('the same again is the same, and once it is ordered the new order is there still', () => {
    const both = browser();
    draftPlace(both, 'kie-aleph:a', 'edit').write(draft);
    draftPlace(both, null, 'again').write(draft);
    const again = draftPlace(both, 'kie-aleph:a', 'again');
    again.write(draft);
    expect(again.read()).toBeNull();
    again.write(null);
    expect(draftPlace(both, null, 'again').read()).toEqual(draft);
  });

  it('what cannot be read is none', () => {
    const both = browser();
    both.kept.setItem('video-inbox.order', '{"provider":7}');
    expect(draftPlace(both, null, 'again').read()).toBeNull();
    both.kept.setItem('video-inbox.order', 'no JSON');
    expect(draftPlace(both, null, 'again').read()).toBeNull();
  });
});
