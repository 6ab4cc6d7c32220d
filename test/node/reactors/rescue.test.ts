import { describe, expect, test } from 'vitest';
import type { StampedEvent } from '../../../src-main/common/events.ts';
import { fold, type TaskRecord } from '../../../src-main/common/fold.ts';
import { noResult, type DownloadErrorCode } from '../../../src-main/common/model.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { ApiFault } from '../../../src-main/node/provider-api/provider-api.ts';
import { apiOf } from '../../../src-main/node/provider-api/api-table.ts';
import { createRescue, linkFor } from '../../../src-main/node/reactors/rescue.ts';
import { delivery } from '../../support/deliveries.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const a = { url: 'https://cdn.example/a.mp4?sig=1' };
const b = { url: 'https://cdn.example/b.mp4?sig=1', formerUrls: ['https://old.example/b.mp4'] };
const again = (name: string) => `https://cdn.example/${name}.mp4?sig=2`;

test.each([
  ['the link to the same file, wherever it stands', [again('b'), again('a')], again('a')],
  [
    'the one in its place, where the files are called otherwise',
    ['https://x.example/1.mp4', 'https://x.example/2.mp4'],
    'https://x.example/1.mp4',
  ],
  ['none, where the only one may be that of another video', ['https://x.example/1.mp4'], null],
  ['none, where the only one is that of another video', [again('b')], null],
  ['none, where the place is taken by the other one', [again('b'), 'https://x.example/2.mp4'], null],
  ['none of none', [], null],
])('of a record it takes %s', (_name, links, expected) => {
  expect(linkFor(links, [a, b], a)).toBe(expected);
});

test('a task of one video takes what the record names first', () => {
  expect(linkFor(['https://x.example/new.mp4', 'https://x.example/more.mp4'], [a], a)).toBe(
    'https://x.example/new.mp4',
  );
});

describe('another link is looked for where a film was given up because', () => {
  const [dead, recorded, fresh] = ['dead', 'recorded', 'fresh'].map((name) => `https://cdn.example/${name}.mp4`) as [
    string,
    string,
    string,
  ];

  /**
   * What a film that failed so is fetched from next.
   * @param inRecord what the record names by now.
   * @param n the attempt after which it is tried again; default: it is given up.
   */
  async function renewedAfter(code: DownloadErrorCode, inRecord: string, n?: number): Promise<readonly string[]> {
    const { renewed, fails, end } = rescuing(inRecord);
    await fails(dead, code, n);
    await end();
    return renewed;
  }

  /** @param freshLink what the provider makes on request. */
  function rescuing(inRecord: string, freshLink: () => Promise<string> = () => Promise.resolve(fresh)) {
    const renewed: string[] = [];
    const key = 'kie-luma:t1';
    let record: TaskRecord | undefined;
    let seq = 0;
    const happens = (event: object): StampedEvent => {
      seq += 1;
      const stamped = { v: 2, seq, at: '2026-11-26T08:00:00.000Z', ...event } as StampedEvent;
      record = fold(record, stamped, key);
      return stamped;
    };
    happens(delivery('t1', { videoUrls: [dead] }));
    const rescue = createRescue({
      client: {
        api: apiOf,
        hasKey: () => true,
        ask: () => Promise.resolve({ result: { ...noResult, state: 'succeeded', videoUrls: [inRecord] }, body: null }),
      },
      freshLink,
      get: () => record?.task,
      brokenTasks: () => [],
      changed: () => undefined,
      requeue: () => Promise.resolve(),
      renew: (_key, url, link, by) => {
        happens({ type: 'link-renewed', key, url, link, by });
        return Promise.resolve(renewed.push(link));
      },
      clock: createFakeClock(),
      log: silentLog,
    });
    return {
      renewed,
      /** @param n the attempt after which it is tried again; default: it is given up. */
      fails: async (url: string, code: DownloadErrorCode, n?: number): Promise<void> => {
        const failure = { key, url, code, reason: code, params: {} };
        rescue.onEvent(
          happens(
            n === undefined
              ? { type: 'video-failed', ...failure, gone: code === 'gone' }
              : { type: 'attempted', ...failure, n, of: 99, nextAt: '2026-11-26T08:05:00.000Z' },
          ),
        );
        // What is under way is waited for by the end.
        for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      },
      end: () => rescue.close(),
    };
  }

  test.each(['gone', 'forbidden', 'not-a-video', 'too-many-redirects'] as const)(
    'its link is dead (%s): the record is asked, then the provider for a fresh one',
    async (code) => {
      expect(await renewedAfter(code, recorded)).toEqual([recorded]);
      expect(await renewedAfter(code, dead)).toEqual([fresh]);
    },
  );

  test.each(['blocked-address', 'bad-url', 'damaged', 'timeout', 'network', 'server'] as const)(
    'it may lie elsewhere by now (%s): the record is asked',
    async (code) => {
      expect(await renewedAfter(code, recorded)).toEqual([recorded]);
      expect(await renewedAfter(code, dead)).toEqual([]);
    },
  );

  test.each(['timeout', 'network', 'server'] as const)(
    'its host has been away for minutes (%s): the record is asked, which may name one elsewhere',
    async (code) => {
      expect(await renewedAfter(code, recorded, 8)).toEqual([recorded]);
      expect(await renewedAfter(code, recorded, 4)).toEqual([]);
      // Signed anew it leads to the same host.
      expect(await renewedAfter(code, `${dead}?expires=1796100000&signature=a`, 8)).toEqual([]);
      expect(await renewedAfter(code, dead, 8)).toEqual([]);
    },
  );

  test('its host was away, and the other link is dead: the first one is tried again, once', async () => {
    const { renewed, fails, end } = rescuing(recorded, () => Promise.reject(new ApiFault('not-found')));
    await fails(dead, 'network', 8);
    await fails(recorded, 'gone');
    expect(renewed).toEqual([recorded, dead]);
    await fails(dead, 'gone');
    await end();
    expect(renewed).toEqual([recorded, dead]);
  });

  test.each(['too-large', 'disk-full', 'disk-error', 'internal'] as const)(
    'no link would help (%s): nobody is asked',
    async (code) => {
      expect(await renewedAfter(code, recorded)).toEqual([]);
    },
  );
});
