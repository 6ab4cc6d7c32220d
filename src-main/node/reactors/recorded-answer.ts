/** What a provider answered when it was asked, as an event. */
import { createHash } from 'node:crypto';
import type { EventDraft } from '../../common/events.ts';
import { trustOf } from '../../common/fold-dispute.ts';
import type { Result, Task } from '../../common/model.ts';
import { providerFamily } from '../../common/providers/catalog.ts';
import { createRedactor } from '../../common/redact.ts';
import { withoutSecrets } from '../callbacks/kept-body.ts';

const keptBodyChars = 32 * 1024;

/** What its callback said, read again now that a key opens it: as much worth as before, nobody else has said it. */
export function linkOfCallback(task: Task, result: Result): EventDraft {
  const { key, provider, taskId } = task;
  const read = { provider, certain: true, family: providerFamily(provider), taskId, result };
  return { type: 'result', source: 'reread', key, read, trust: trustOf(task), evidence: null, tags: [] };
}

/** The provider's record as an event: what a callback would have said, vouched for by who was asked. */
export function recordedAnswer(
  answer: {
    readonly key: string;
    readonly provider: string;
    readonly taskId: string;
    readonly result: Result;
    readonly body: unknown;
  },
  secrets: readonly string[],
): EventDraft {
  const { key, provider, taskId, result } = answer;
  const text = JSON.stringify(answer.body ?? null);
  const redact = createRedactor(secrets);
  return {
    type: 'result',
    source: 'asked',
    key,
    read: {
      provider,
      certain: true,
      family: providerFamily(provider),
      taskId,
      result: withoutSecrets(result, redact),
    },
    trust: 'confirmed',
    evidence: {
      urlId: null,
      headers: {},
      body: redact.text(text).slice(0, keptBodyChars),
      bodyEncoding: 'utf8',
      bodySha256: createHash('sha256').update(text).digest('hex'),
      replayKey: null,
      remote: null,
    },
    tags: [],
  };
}
