/** What a body itself says of how long its links live. What the links say is read from them later. */
import type { BodyView } from './body-view.ts';
import { mayBeJson, namesIn, numberOf, recordsIn, textOf } from './json.ts';
import { nameList } from './name-index.ts';

export interface ToldExpiry {
  /** Counted from when it was said; `null` where nothing is. */
  readonly afterSeconds: number | null;
  /** ISO 8601 in UTC; `null` where nothing is said. */
  readonly at: string | null;
}

const lifeNames = nameList([
  'video_url_ttl',
  'url_ttl',
  'ttl',
  'ttl_seconds',
  'expires_in',
  'expiresIn',
  'expires_in_seconds',
  'url_expires_in',
]);
const endNames = nameList([
  'expires_at',
  'expiresAt',
  'expire_at',
  'video_url_expires_at',
  'url_expires_at',
  'expires',
  'expire_time',
  'expireTime',
  'expiration',
  'expiration_time',
  'expiration_date',
  'valid_until',
]);
/** Lists whose members may have an end of their own (Novita). */
const itemNames = nameList(['videos', 'video', 'outputs', 'output', 'creations', 'artifacts', 'files']);

const longestSeconds = 10 * 366 * 24 * 3600;
const earliest = Date.UTC(2000, 0);
const latest = Date.UTC(2100, 0);

/** The tightest of all that it says. */
export function readExpiry(body: BodyView): ToldExpiry {
  let life = Infinity;
  let end = Infinity;
  const takeLife = (value: unknown): void => {
    const seconds = numberOf(value);
    if (seconds !== null && seconds > 0 && seconds <= longestSeconds) life = Math.min(life, seconds);
  };
  const takeEnd = (value: unknown): void => {
    end = Math.min(end, timeOf(value) ?? Infinity);
  };
  for (const name of body.present(lifeNames)) body.named(name).forEach(takeLife);
  for (const name of body.present(endNames)) body.named(name).forEach(takeEnd);
  for (const list of body.present(itemNames)) {
    for (const value of body.named(list)) {
      if (typeof value !== 'object' && !mayBeJson(value)) continue;
      for (const item of recordsIn(value, 8)) {
        for (const name of namesIn(item)) {
          if (lifeNames.has(name)) takeLife(item[name]);
          else if (endNames.has(name)) takeEnd(item[name]);
        }
      }
    }
  }
  return {
    afterSeconds: life === Infinity ? null : life,
    at: end === Infinity ? null : new Date(end).toISOString(),
  };
}

/** Seconds or milliseconds since 1970, or a time written with its zone. */
function timeOf(value: unknown): number | null {
  const number = numberOf(value);
  const text = number === null ? textOf(value, 40) : null;
  const time =
    number !== null
      ? number * (number < 1e11 ? 1000 : 1)
      : text !== null && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)$/i.test(text)
        ? Date.parse(text)
        : NaN;
  return time >= earliest && time < latest ? Math.floor(time) : null;
}
