import { describe, expect, test } from 'vitest';
import {
  providerFamily,
  providerInfo,
  providerName,
  providers,
  type ProviderId,
} from '../../../src-main/common/providers/catalog.ts';
import { shapes } from '../../../src-main/common/providers/shapes.ts';

describe('the catalog', () => {
  test('has every provider once, the unknown one last', () => {
    const ids = providers.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.at(-1)).toBe('unknown');
  });

  test('names and aliases belong to one provider', () => {
    const names = providers.map(({ name }) => name);
    const aliases = providers.flatMap((info) => info.aliases);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(aliases).size).toBe(aliases.length);
    for (const alias of aliases) expect(alias).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  test('a provider that signs has a secret, apart from those that publish their keys', () => {
    for (const { id, signature, secretName } of providers) {
      expect([id, secretName !== null]).toEqual([id, signature !== null && !['fal', 'atlas'].includes(signature)]);
    }
  });

  test('every provider can be recognised', () => {
    const byHeaderOnly: readonly ProviderId[] = ['vercel', 'toapis', 'unknown'];
    const recognised = new Set([...shapes.map(({ provider }) => provider), ...byHeaderOnly]);
    expect(providers.map(({ id }) => id).filter((id) => !recognised.has(id))).toEqual([]);
  });

  test.each([
    ['kie-aleph', 'Runway Aleph', 'kie', 14 * 86_400],
    ['kie-luma', 'Luma Modify', 'kie', 14 * 86_400],
    ['kie-market', 'kie Market', 'kie', 86_400],
    ['replicate', 'Replicate', 'replicate', 3600],
    ['openai', 'OpenAI', 'openai', 3600],
    ['kling', 'Kling', 'kling', 30 * 86_400],
    ['ark', 'Seedance', 'ark', 86_400],
    ['fal', 'fal', 'fal', null],
    ['luma-agents', 'Luma Agents', 'luma-agents', 3600],
    ['dashscope', 'DashScope', 'dashscope', 86_400],
    ['vidu', 'Vidu', 'vidu', 86_400],
    ['gemini', 'Gemini', 'gemini', 2 * 86_400],
    ['runway', 'Runway API', 'runway', 86_400],
  ])('%s is %s of %s', (id, name, family, expiresAfterSeconds) => {
    expect(providerName(id)).toBe(name);
    expect(providerFamily(id)).toBe(family);
    expect(providerInfo(id)?.expiresAfterSeconds).toBe(expiresAfterSeconds);
  });

  test.each(['someone-new', '__proto__', 'constructor', ''])('an id that is not in it stays as it is: %j', (id) => {
    expect(providerName(id)).toBe(id);
    expect(providerFamily(id)).toBe(id);
    expect(providerInfo(id)).toBeNull();
  });
});
