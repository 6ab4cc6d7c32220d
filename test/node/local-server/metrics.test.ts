import { describe, expect, it } from 'vitest';
import type { NodeStatus, SharedStatus } from '../../../src-main/common/shared-status.ts';
import type { Status } from '../../../src-main/common/status.ts';
import { metricsText } from '../../../src-main/node/local-server/metrics.ts';
import { readOpenMetrics } from '../../support/open-metrics.ts';

const alone = {
  tasks: { total: 3, processing: 1, succeeded: 2, failed: 0 },
  videos: { queued: 0, downloading: 0, saved: 2, failed: 0, expired: 0 },
  diskFreeBytes: 8.1e22,
  watch: { pending: 1, overdue: 0, nextAskAt: null },
  storage: { state: 'slow', message: null },
  tunnel: { kind: 'none', state: 'online', publicUrl: null, callbackUrl: 'http://x', provenAt: null, message: null },
} as unknown as Status; // the numbers are all that counts here

/** As another version may have written it into the database. */
const oddName = 'a "quoted"\\name\nof two lines, with a } and a comma';
const nodes = [
  { node: 'n1', name: oddName, isThere: true },
  { node: 'n2', name: '', isThere: false },
] as unknown as readonly NodeStatus[];
const shared = {
  state: 'late',
  outbox: { waiting: 4, oldestAt: null },
  feedDelayMs: 1250,
  seen: 12,
  isListening: true,
  leases: ['ask'],
  nodes,
} as unknown as SharedStatus;

describe('metrics', () => {
  it('are what a strict reader of OpenMetrics takes, on one machine and on several with a shelf on S3', () => {
    const ofOne = readOpenMetrics(metricsText(alone));
    const ofMany = readOpenMetrics(metricsText({ ...alone, shared, shelf: { state: 'away' } } as unknown as Status));
    const all = new Map(ofMany.map((family) => [family.name, family]));
    expect(ofOne.every(({ name }) => all.has(name))).toBe(true);
    expect(ofMany.every(({ type, help, samples }) => type === 'gauge' && help !== '' && samples.length > 0)).toBe(true);
    const first = (name: string): number | undefined => all.get(`video_inbox_${name}`)?.samples[0]?.value;
    expect([first('disk_free_bytes'), first('feed_delay_seconds'), first('shelf_ok')]).toEqual([8.1e22, 1.25, 0]);
    expect(all.get('video_inbox_node_there')?.samples).toEqual([
      { labels: { node: 'n1', name: oddName }, value: 1 },
      { labels: { node: 'n2', name: '' }, value: 0 },
    ]);
  });

  it.each([
    ['ends otherwise', '# TYPE a gauge\na 1\n'],
    ['goes on behind its end', '# TYPE a gauge\na 1\n# EOF\n\n'],
    ['has an empty line', '# TYPE a gauge\n\na 1\n# EOF\n'],
    ['tells no type', 'a 1\n# EOF\n'],
    ['tells a type twice', '# TYPE a gauge\n# TYPE a gauge\n# EOF\n'],
    ['tells the type behind a sample', '# TYPE a gauge\na 1\n# HELP a b\n# EOF\n'],
    ['tells a family in two pieces', '# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\n# EOF\n'],
    ['has a sample of another name', '# TYPE a gauge\na_total 1\n# EOF\n'],
    ['has a counter without its ending', '# TYPE a counter\na 1\n# EOF\n'],
    ['has a name that other types make', '# TYPE a_count gauge\na_count 1\n# EOF\n'],
    ['has a bad name', '# TYPE a-b gauge\n# EOF\n'],
    ['has a label twice', '# TYPE a gauge\na{b="1",b="2"} 1\n# EOF\n'],
    ['has the same labels twice', '# TYPE a gauge\na{b="1"} 1\na{b="1"} 2\n# EOF\n'],
    ['has a label without quotes', '# TYPE a gauge\na{b=1} 1\n# EOF\n'],
    ['has an escape that is none', '# TYPE a gauge\na{b="\\t"} 1\n# EOF\n'],
    ['quotes in its help', '# TYPE a gauge\n# HELP a an "a"\n# EOF\n'],
    ['has no number', '# TYPE a gauge\na null\n# EOF\n'],
    ['has two blanks', '# TYPE a gauge\na  1\n# EOF\n'],
  ])('the reader refuses a text that %s', (_what, text) => {
    expect(() => readOpenMetrics(text)).toThrow();
  });
});
