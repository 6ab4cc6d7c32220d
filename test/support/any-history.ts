/** Whatever may happen to a few tasks, in whatever order. */
import type { EventDraft } from '../../src-main/common/events.ts';
import { providerFamily } from '../../src-main/common/providers/catalog.ts';
import { delivery, saved } from './deliveries.ts';
import { fc } from './fast-check.ts';

export const ids = ['a', 'b', 'c'] as const;
export const film = (name: string): string => `https://media.example.test/${name}.mp4`;
const speakers = [
  { provider: 'kie-aleph', certain: true },
  { provider: 'kie-runway', certain: false },
  { provider: 'fal', certain: true },
  { provider: 'unknown', certain: false },
] as const;

const anyResult = fc
  .record({
    id: fc.constantFrom(...ids),
    speaker: fc.constantFrom(...speakers),
    state: fc.constantFrom('processing', 'succeeded', 'succeeded', 'failed', 'unknown'),
    trust: fc.constantFrom('unsigned', 'unsigned', 'signed', 'confirmed'),
    name: fc.constantFrom('x', 'y', 'x?X-Amz-Signature=1', 'x?X-Amz-Signature=2'),
    source: fc.constantFrom('callback', 'callback', 'asked', 'reread'),
    isEarly: fc.boolean(),
  })
  .map(({ id, speaker, state, trust, name, source, isEarly }): EventDraft => {
    const early = isEarly && state === 'processing' ? ({ isEarly } as const) : {};
    const result = { state, videoUrls: [film(name)], prompt: `${name} of ${id}`, ...early };
    const draft = delivery(id, result, { trust, source });
    return { ...draft, read: { ...draft.read, ...speaker, family: providerFamily(speaker.provider) } };
  });

/** Names a task by the key that the first speaker may have given it. */
const anyAct = fc
  .record({
    id: fc.constantFrom(...ids),
    speaker: fc.constantFrom(...speakers),
    flag: fc.boolean(),
    what: fc.constantFrom('saved', 'marked', 'tagged', 'trashed', 'purged', 'purged', 'watched', 'settled', 'failed'),
  })
  .map(({ id, speaker: { provider }, flag, what }): EventDraft => {
    const key = `${provider}:${id}`;
    const keys = [key, `unknown:${id}`];
    switch (what) {
      case 'saved':
        return { ...saved(id, film('x')), key, ...(flag ? { early: true } : {}) } as EventDraft;
      case 'failed':
        return { type: 'video-failed', key, url: film('x'), code: 'gone', reason: 'gone', params: {}, gone: flag };
      case 'marked':
        return { type: 'marked', keys, starred: flag, rating: flag ? 3 : 0 };
      case 'tagged':
        return { type: 'tagged', keys, add: flag ? ['one', 'two'] : [], remove: ['two'] };
      case 'watched':
        return { type: 'watched', provider, taskId: id, prompt: 'watched' };
      case 'settled':
        return { type: 'conflict-settled', key, take: flag };
      case 'trashed':
        return { type: flag ? 'trashed' : 'restored', keys };
      case 'purged':
        return { type: 'purged', keys: flag ? keys : [key] };
    }
  });

export const anyHistory = fc.array(fc.oneof(anyResult, anyAct), { minLength: 1, maxLength: 40 });
