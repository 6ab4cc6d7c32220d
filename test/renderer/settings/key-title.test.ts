import { expect, it } from 'vitest';
import { keyTitle } from '../../../src-renderer/settings/key-title.ts';

it('a key is called by its provider, and "API" is said once', () => {
  expect(['RUNWAY_API_KEY', 'FAL_API_KEY', 'KIE_API_KEY'].map(keyTitle)).toEqual([
    'Runway API key',
    'fal API key',
    'kie.ai API key',
  ]);
});
