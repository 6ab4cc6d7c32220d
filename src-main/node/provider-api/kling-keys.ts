/**
 * Kling's keys of two kinds, told apart by their shape. An API key goes as it is. The older pair of an access key and a
 * secret, written `ACCESS:SECRET`, never leaves: it signs a JWT for each call, and asks at the older addresses.
 * Source: klingai.com's API documents, "authentication" and "query task" of each kind of video.
 */
import { createHmac } from 'node:crypto';
import type { ApiCall, ApiFaultCode, OlderKey } from './provider-api.ts';

/** As documented: half an hour, since the person's clock may be wrong by minutes. */
const livesSeconds = 1800;
/** A clock that runs ahead makes a token "not valid yet". */
const clockAheadSeconds = 60;

/** Source: klingai.com's API documents, "general information", error codes. What the status of HTTP says as well is left to it. */
export const klingFaults: Readonly<Record<number, ApiFaultCode>> = {
  1000: 'bad-key',
  1001: 'bad-key',
  1002: 'bad-key',
  1003: 'bad-key',
  1004: 'bad-key',
  // These three come with the status of "too many requests", and waiting cures none of them.
  1100: 'account',
  1101: 'no-credits',
  1102: 'no-credits',
  1203: 'not-found',
  1300: 'moderated',
  1301: 'moderated',
  1302: 'rate-limited',
  1303: 'too-many-running',
  1304: 'blocked-place',
  5000: 'server',
  5001: 'maintenance',
  5002: 'server',
};

/** The kinds of video, each with records of its own; nothing in an id or a callback tells which one it is of. */
const kinds = [
  'image2video',
  'text2video',
  'omni-video',
  'motion-control',
  'multi-image2video',
  'multi-elements',
  'video-extend',
  'effects',
  'advanced-lip-sync',
  'lip-sync',
  'avatar/image2video',
] as const;

export const klingOlderKey: OlderKey = {
  isOne: (stored) => pairIn(stored) !== null,
  token(stored, nowMs) {
    const pair = pairIn(stored);
    if (pair === null) return stored;
    const now = Math.floor(nowMs / 1000);
    const claims = { iss: pair.access, exp: now + livesSeconds, nbf: now - clockAheadSeconds };
    const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
    return `${signed}.${createHmac('sha256', pair.secret).update(signed).digest('base64url')}`;
  },
  asks: kinds.map((kind): ApiCall => ({ method: 'GET', path: `/v1/videos/${kind}/{id}` })),
  isKnown: 'data.task_id',
};

function pairIn(stored: string): { readonly access: string; readonly secret: string } | null {
  const [, access, secret] = /^([^\s:]+)\s*:\s*([^\s:]+)$/.exec(stored) ?? [];
  return access === undefined || secret === undefined ? null : { access, secret };
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
