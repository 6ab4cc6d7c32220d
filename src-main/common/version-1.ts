/** Events as version 1 wrote them, for ever: what they must hold, and what they are today. Nothing here ever changes. */
import * as v from 'valibot';
import {
  count,
  downloadCode,
  encoding,
  eventTrust,
  headers,
  key,
  maybeText,
  result,
  savedFile,
  text,
  texts,
} from './event-schemas.ts';
import type { EventDraft } from './events.ts';
import { providerFamily } from './providers/catalog.ts';

export const version1Schema = v.variant('type', [
  v.object({
    type: v.literal('delivery'),
    key,
    provider: key,
    taskId: key,
    result,
    trust: eventTrust,
    urlId: maybeText,
    tags: texts,
    headers,
    body: text,
    bodyEncoding: encoding,
    bodySha256: text,
    replayKey: maybeText,
    remote: maybeText,
  }),
  v.object({
    type: v.literal('rejected'),
    status: count,
    reason: text,
    urlId: maybeText,
    headers,
    body: text,
    bodyEncoding: encoding,
    bodyBytes: count,
    remote: maybeText,
  }),
  v.object({ type: v.literal('video-saved'), key, url: text, file: savedFile }),
  v.object({
    type: v.literal('video-failed'),
    key,
    url: text,
    code: downloadCode,
    message: text,
    gone: v.boolean(),
  }),
  v.object({ type: v.literal('video-queued'), key, url: text }),
  v.object({ type: v.literal('poster-saved'), key, path: key }),
  v.object({
    type: v.literal('marked'),
    key,
    seen: v.exactOptional(v.boolean()),
    starred: v.exactOptional(v.boolean()),
    tags: v.exactOptional(texts),
  }),
  v.object({ type: v.literal('trashed'), key }),
  v.object({ type: v.literal('restored'), key }),
  v.object({ type: v.literal('purged'), key }),
]);

export type Version1Event = v.InferOutput<typeof version1Schema>;

/** Version 1 decided which task a delivery belongs to before it was written: that `key` stays. */
export function upcast(event: Version1Event): EventDraft {
  switch (event.type) {
    case 'delivery': {
      const { provider, taskId, trust, tags } = event;
      const { urlId, headers: names, body, bodyEncoding, bodySha256, replayKey, remote } = event;
      return {
        type: 'result',
        source: 'callback',
        key: event.key,
        read: { provider, certain: true, family: providerFamily(provider), taskId, result: event.result },
        trust,
        evidence: { urlId, headers: names, body, bodyEncoding, bodySha256, replayKey, remote },
        tags,
      };
    }
    case 'rejected':
      return { ...event, type: 'request-refused', code: 'other', params: {} };
    case 'video-failed':
      return { ...event, reason: event.code, params: {} };
    case 'video-queued':
      return { type: 'video-queued', videos: [{ key: event.key, url: event.url }] };
    case 'marked': {
      const { key: only, ...marks } = event;
      return { ...marks, keys: [only] };
    }
    case 'trashed':
    case 'restored':
    case 'purged':
      return { type: event.type, keys: [event.key] };
    case 'video-saved':
    case 'poster-saved':
      return event;
  }
}
