/** Hours of the person's own clock in which nothing may pop up. They may span midnight. */
export interface QuietHours {
  /** `HH:MM`, 24 hours, local time. */
  readonly from: string;
  /** Not included. Equal to `from` = the whole day. */
  readonly until: string;
}

const minutesOfDay = 24 * 60;

/** @returns minutes after midnight, or `null` where `text` is no time of day. */
export function parseTimeOfDay(text: string): number | null {
  const found = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return found === null ? null : Number(found[1]) * 60 + Number(found[2]);
}

/** @returns milliseconds until the quiet ends, 0 where it is not quiet at `now`. */
export function quietForMs(hours: QuietHours | null, now: Date): number {
  if (hours === null) return 0;
  const from = parseTimeOfDay(hours.from);
  const until = parseTimeOfDay(hours.until);
  if (from === null || until === null) return 0;
  const minute = now.getHours() * 60 + now.getMinutes();
  const lengthMinutes = (until - from + minutesOfDay) % minutesOfDay || minutesOfDay;
  const elapsedMinutes = (minute - from + minutesOfDay) % minutesOfDay;
  if (elapsedMinutes >= lengthMinutes) return 0;
  const intoMinuteMs = now.getSeconds() * 1000 + now.getMilliseconds();
  return (lengthMinutes - elapsedMinutes) * 60_000 - intoMinuteMs;
}
