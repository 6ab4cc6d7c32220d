import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { EventDraft } from '../../common/events.ts';
import type { ResultReading } from '../../common/providers/reading.ts';
import type { Redactor } from '../../common/redact.ts';
import type { Log } from '../log/log.ts';
import type { ReadBody } from './body/read-body.ts';
import { foundIn, nothingFound } from './callback-record.ts';
import type { Delivery, IntakeAnswer } from './delivery.ts';
import { keptBody } from './kept-body.ts';
import { answerTo, type Refusal } from './refusal.ts';
import { createHourQuota } from './hour-quota.ts';

export interface RefusedBodyPorts {
  readonly record: (drafts: readonly EventDraft[]) => Promise<unknown>;
  readonly redactor: () => Redactor;
  readonly now: () => Date;
  readonly log: Log;
}

/** How far its reading came. */
interface Looked {
  readonly read?: ReadBody;
  readonly first?: ResultReading;
}

export type RefuseBody = (delivery: Delivery, refusal: Refusal, looked?: Looked) => Promise<IntakeAnswer>;

const keptBodyChars = 8 * 1024;
/** They are kept for the person to look at. */
const keptInHour = { times: 200, bytes: 512 * 1024 };

/** Bodies that are not taken: logged, answered, and where the sender may mend it, kept for the person to look at. */
export function createRefusedBodies({ record, redactor, now, log }: RefusedBodyPorts): RefuseBody {
  const quota = createHourQuota(keptInHour, now);
  return async (delivery, refusal, { read, first } = {}) => {
    const { rawBody, url, remote } = delivery;
    const { code, facts = {} } = refusal;
    const answer = answerTo(refusal);
    const { status } = answer;
    log.warn({ status, urlId: url.id, bytes: rawBody.length }, `a callback was rejected: ${answer.body.msg}`);
    const redact = redactor();
    // What was too large is told of, and not kept.
    const isKept = status === 400 || status === 401;
    const kept =
      status === 413
        ? null
        : (read?.kept(redact) ?? keptBody(rawBody, rawBody.toString('utf8'), isUtf8(rawBody), redact));
    if (kept !== null && isKept && quota.take(Math.min(rawBody.length, keptBodyChars))) {
      const refused: EventDraft = {
        type: 'request-refused',
        status,
        code,
        params: { ...facts },
        urlId: url.id,
        headers: redact.headers(delivery.headers),
        body: kept.body.slice(0, keptBodyChars),
        bodyEncoding: kept.bodyEncoding,
        bodyBytes: rawBody.length,
        remote,
      };
      await record([refused]).catch((error: unknown) => log.warn({ error }, 'a rejected callback could not be kept'));
    }
    const found = first === undefined ? {} : foundIn(first);
    return { ...answer, note: { ...nothingFound, code, facts, kept, bodySha256: hash('sha256', rawBody), ...found } };
  };
}
