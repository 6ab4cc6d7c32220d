import { describe, expect, test } from 'vitest';
import { readBody } from '../../../src-main/common/providers/reader.ts';
import { fixtures, lowerCased } from './fixtures.ts';

/** Without the configured path, these shapes fit several APIs of kie.ai. */
const shared: Readonly<Record<string, string>> = {
  'kie-aleph-success-snake': 'kie-runway',
  'kie-runway-failure': 'kie-runway',
  'kie-runway-success': 'kie-runway',
  'kie-aleph-poll-processing': 'kie-aleph',
};

function providerOf(name: string): string {
  if (name.startsWith('kie-veo')) return 'kie-veo';
  if (name.startsWith('kie-')) return name.split('-', 2).join('-');
  return name.split('-', 1)[0] ?? '';
}

describe.each(fixtures)('$name', (sample) => {
  const input = { body: sample.body, headers: lowerCased(sample.headers), providerHint: null };

  test('says what the provider documents', () => {
    const reading = readBody(input);
    if (sample.expect.status === 'challenge') {
      expect(reading).toEqual({ kind: 'challenge', challenge: (sample.body as { challenge: unknown }).challenge });
      return;
    }
    expect(reading.kind).toBe('result');
    if (reading.kind !== 'result') return;
    const { result } = reading;
    expect({
      taskId: reading.taskId,
      status: result.state,
      videoUrls: result.videoUrls,
      thumbnailUrl: result.thumbnailUrl,
      message: result.message,
    }).toEqual(sample.expect);
  });

  test('is recognised by its shape alone', () => {
    const reading = readBody({ ...input, headers: {} });
    if (reading.kind !== 'result') return;
    expect(reading.provider).toBe(shared[sample.name] ?? providerOf(sample.name));
    expect(reading.certain).toBe(!(sample.name in shared));
  });
});
