import { describe, expect, it } from 'vitest';
import { parseTaskLink, taskLink } from '../../../src-main/node/notifications/deep-link.ts';

describe('deep links', () => {
  it.each(['kie-luma:5d2f', 'unknown:a/b?c#d', 'fal:ü 1', 'kie-veo:..%2f..'])('leads back to %s', (key) => {
    expect(parseTaskLink(taskLink(key))).toBe(key);
  });

  it.each([
    'https://task/kie-luma:1',
    'video-inbox://settings/kie-luma:1',
    'video-inbox://task/',
    'video-inbox://task/no-provider',
    'video-inbox://task/%E0%A4%A',
    `video-inbox://task/kie-luma:${'x'.repeat(3000)}`,
    'video-inbox:task',
    '--version',
  ])('refuses %s', (link) => {
    expect(parseTaskLink(link)).toBeNull();
  });
});
