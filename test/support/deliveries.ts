/** Events as the intake would write them, for tests below the intake. */
import type { EventDraft, Evidence, ResultEvent, StampedEvent } from '../../src-main/common/events.ts';
import type { Result } from '../../src-main/common/model.ts';

function result(overrides: Partial<Result> = {}): Result {
  return {
    state: 'succeeded',
    stateWord: null,
    message: 'success',
    prompt: 'A paper boat on a flooded street',
    sourceUrl: null,
    thumbnailUrl: null,
    videoUrls: ['https://media.example.test/a.mp4'],
    needsApiKey: false,
    model: null,
    credits: null,
    expiresAfterSeconds: 14 * 24 * 3600,
    ...overrides,
  };
}

export function delivery(
  taskId: string,
  overrides: Partial<Result> = {},
  more: Partial<ResultEvent & Evidence> = {},
): ResultEvent {
  const {
    urlId = 'u1',
    replayKey = null,
    remote = '127.0.0.1',
    bodySha256 = 'ab'.repeat(32),
    body = '{}',
    ...rest
  } = more;
  const headers = { 'content-type': 'application/json' };
  return {
    type: 'result',
    source: 'callback',
    read: { provider: 'kie-luma', certain: true, family: 'kie', taskId, result: result(overrides) },
    trust: 'unsigned',
    evidence: { urlId, headers, body, bodyEncoding: 'utf8', bodySha256, replayKey, remote },
    tags: [],
    ...rest,
  };
}

export function saved(taskId: string, url: string): EventDraft {
  return {
    type: 'video-saved',
    key: `kie-luma:${taskId}`,
    url,
    file: {
      path: `videos/2026-11/kie-luma_${taskId}_1.mp4`,
      sizeBytes: 1234,
      sha256: 'cd'.repeat(32),
      container: 'mp4',
      durationSeconds: 5,
      width: 640,
      height: 360,
      videoCodec: 'avc',
      audioCodec: null,
      frameRate: 24,
    },
  };
}

/** Gives drafts their stamps, one second apart. */
export function stamp(drafts: readonly EventDraft[]): StampedEvent[] {
  return drafts.map((draft, index) => ({
    v: 2,
    seq: index + 1,
    at: new Date(Date.UTC(2026, 10, 21, 12, 0, index)).toISOString(),
    ...draft,
  }));
}
