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

/** Of what something is the end; a token's or a session's is another matter. */
const subjects =
  ' url link file media asset video download result video_url download_url file_url signed_url media_url output_url';
const lives =
  'ttl ttl_seconds ttl_sec expires_in expire_in expires_in_seconds expires_in_sec expires_after expires_after_seconds lifetime lifetime_seconds valid_for valid_for_seconds valid_seconds time_to_live retention_seconds';
const ends =
  'expires_at expire_at expires expires_on expiry expiry_time expiry_date expire_time expiration expiration_time expiration_date expiration_at valid_until available_until';

/** `expires_at`, `urlExpiresAt`, `video_url_expires_at` … */
function spelled(endings: string): readonly string[] {
  const snake = subjects
    .split(' ')
    .flatMap((subject) => endings.split(' ').map((ending) => (subject === '' ? ending : `${subject}_${ending}`)));
  return [
    ...new Set(snake.flatMap((name) => [name, name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())])),
  ];
}

const lifeNames = nameList(spelled(lives));
const endNames = nameList(spelled(ends));
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

/** Seconds or milliseconds since 1970, or a time written with its zone, as ISO or HTTP has it. */
function timeOf(value: unknown): number | null {
  const number = numberOf(value);
  const text = number === null ? textOf(value, 40) : null;
  const time =
    number !== null
      ? number * (number < 1e11 ? 1000 : 1)
      : text !== null && withZone.test(text)
        ? Date.parse(text)
        : NaN;
  return time >= earliest && time < latest ? Math.floor(time) : null;
}

const withZone =
  /^(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(?:Z|[+-]\d\d:?\d\d)|[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} [\d:]{5,8} GMT)$/i;
