/** Numbers, sizes, durations and times as a person reads them. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const sizeUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export interface Format {
  number(value: number): string;
  percent(fraction: number): string;
  /** Powers of 1000, as file managers and providers count: `38.2 MB`. */
  size(bytes: number): string;
  /** A stretch of time in its largest unit: `3 s`, `5 min`, `2 h`, `13 days`. Never below one second. */
  span(ms: number): string;
  /** How long an answer took: `4 ms`. */
  milliseconds(ms: number): string;
  /** `1920 × 1080`. */
  pixels(width: number, height: number): string;
  decimal(value: number): string;
  /** Relative for an hour, then the clock (with the weekday for a week), then the date. */
  age(at: string, now: number): string;
  /** Clock with seconds, and the date in front where it is not today. */
  moment(at: string, now: number): string;
  dateAndTime(at: string): string;
  /** Heading of a `YYYY-MM-DD` day; today and yesterday by name. */
  day(day: string, today: string): string;
  /** A `YYYY-MM` by name. */
  month(month: string): string;
  /** `YYYY-MM-DD` in the person's zone. */
  readonly localDay: (at: number) => string;
  readonly timeZone: string;
}

/** @param locale BCP 47. @param timeZone IANA name. */
export function createFormat(locale: string, timeZone: string): Format {
  const numbers = new Intl.NumberFormat(locale);
  const decimals = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const percents = new Intl.NumberFormat(locale, { style: 'percent' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  const relativeDay = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const clock = new Intl.DateTimeFormat(locale, { timeZone, timeStyle: 'short' });
  const weekday = new Intl.DateTimeFormat(locale, { timeZone, weekday: 'short' });
  const clockSeconds = new Intl.DateTimeFormat(locale, { timeZone, timeStyle: 'medium' });
  const dayMonth = new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'short' });
  const dayMonthYear = new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'short', year: 'numeric' });
  const monthYear = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', month: 'long', year: 'numeric' });
  const full = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'medium', timeStyle: 'medium' });
  // A day's name belongs to the calendar, not to an instant: it is told in UTC from a date made in UTC.
  const heading = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' });
  const headingYear = new Intl.DateTimeFormat(locale, {
    timeZone: 'UTC',
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });

  const localDay = dayCutter(timeZone);
  // Making a formatter costs a hundred times what using it does, and every card uses several.
  const units = new Map<string, Intl.NumberFormat>();
  function unit(value: number, name: string, digits: number, unitDisplay: 'short' | 'narrow' | 'long' = 'short') {
    const id = `${name} ${digits} ${unitDisplay}`;
    let formatter = units.get(id);
    if (formatter === undefined) {
      formatter = new Intl.NumberFormat(locale, {
        style: 'unit',
        unit: name,
        unitDisplay,
        maximumFractionDigits: digits,
      });
      units.set(id, formatter);
    }
    return formatter.format(value);
  }

  /** By its sign where the language has one; English would say `3 secs` or `3s`, by region. */
  const signs: Readonly<Record<string, string>> | null = /^en\b/i.test(locale)
    ? { second: 's', minute: 'min', hour: 'h' }
    : null;
  const short = (value: number, name: string) =>
    signs === null ? unit(value, name, 0) : `${numbers.format(value)} ${signs[name] ?? name}`;
  /** As a span is written: English abbreviates here, `5 min. ago`. */
  const withoutDot = (text: string) => (signs === null ? text : text.replace('.', ''));
  /** A byte has no sign there, and two numbers are read from right to left unless they are held together. */
  const isArabic = /^ar\b/i.test(locale);

  const dateOf = (then: number, today: string) =>
    (localDay(then).slice(0, 4) === today.slice(0, 4) ? dayMonth : dayMonthYear).format(then);
  const upper = (text: string) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);

  return {
    timeZone,
    localDay,
    number: (value) => numbers.format(value),
    decimal: (value) => decimals.format(value),
    percent: (fraction) => percents.format(fraction),
    pixels: (width, height) => (isArabic ? `\u2066${width} × ${height}\u2069` : `${width} × ${height}`),
    size(bytes) {
      let step = 0;
      let value = bytes;
      while (value >= 999.5 && step < sizeUnits.length - 1) {
        value /= 1000;
        step += 1;
      }
      if (step === 0) return isArabic ? unit(value, 'byte', 0, 'long') : `${numbers.format(value)} B`;
      return unit(value, sizeUnits[step] ?? 'byte', step < 2 || value >= 100 ? 0 : 1);
    },
    milliseconds: (ms) => unit(Math.round(ms), 'millisecond', 0),
    span(ms) {
      if (ms < minute) return short(Math.max(1, Math.round(ms / second)), 'second');
      if (ms < hour) return short(Math.round(ms / minute), 'minute');
      if (ms < 2 * day) return short(Math.round(ms / hour), 'hour');
      return unit(Math.round(ms / day), 'day', 0, 'long');
    },
    age(at, now) {
      const then = Date.parse(at);
      const passed = now - then;
      if (passed < minute) return relative.format(0, 'second');
      if (passed < hour) return withoutDot(relative.format(-Math.floor(passed / minute), 'minute'));
      const today = localDay(now);
      const thatDay = localDay(then);
      if (thatDay === today) return clock.format(then);
      if (passed < 6 * day) return `${weekday.format(then)} ${clock.format(then)}`;
      return dateOf(then, today);
    },
    moment(at, now) {
      const then = Date.parse(at);
      const time = clockSeconds.format(then);
      const today = localDay(now);
      return localDay(then) === today ? time : `${dateOf(then, today)}, ${time}`;
    },
    dateAndTime: (at) => full.format(Date.parse(at)),
    month: (month) => monthYear.format(Date.parse(`${month}-15T00:00:00Z`)),
    day(name, today) {
      const date = Date.parse(`${name}T00:00:00Z`);
      const distance = Math.round((date - Date.parse(`${today}T00:00:00Z`)) / day);
      if (distance === 0 || distance === -1) return upper(relativeDay.format(distance, 'day'));
      return (name.slice(0, 4) === today.slice(0, 4) ? heading : headingYear).format(date);
    },
  };
}

/** Days begin at one of them in every zone there is. */
const quarter = 15 * minute;
const mostQuarters = 4096;

/** @returns a function giving the calendar day of an instant in that zone as `YYYY-MM-DD`, as the core cuts its sections. */
export function dayCutter(timeZone: string): (at: number) => string {
  // The Swedish short date is ISO 8601.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  // Each card asks several times, whenever it is drawn.
  const known = new Map<number, string>();
  return (at) => {
    const at15 = Math.floor(at / quarter);
    let day = known.get(at15);
    if (day === undefined) {
      day = format.format(at);
      if (known.size >= mostQuarters) known.clear();
      known.set(at15, day);
    }
    return day;
  };
}

/** A length of film: `0:05`, `12:34`, `1:02:03`; what is shorter than a second to the hundredth: `0:00.25`. */
export function filmLength(seconds: number): string {
  if (seconds > 0 && seconds < 1) return filmTime(seconds);
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const pad = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** A place in a film, to the hundredth: `0:01.96`. Cut, not rounded, so that it never runs ahead of the picture. */
export function filmTime(seconds: number): string {
  // The small addition keeps 1.96, which is stored as 1.9599…, from showing as 1.95.
  const hundredths = Math.max(0, Math.floor(seconds * 100 + 1e-6));
  const whole = Math.floor(hundredths / 100);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const pad = (value: number) => String(value).padStart(2, '0');
  const tail = `${pad(s)}.${pad(hundredths % 100)}`;
  return h > 0 ? `${h}:${pad(m)}:${tail}` : `${m}:${tail}`;
}

/** The scheme and host kept, the token cut: enough to recognise an address by, too little to use it. */
export function shortUrl(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    const tail = pathname.length > 8 ? `${pathname.slice(0, 5)}…` : pathname;
    return `${protocol === 'https:' ? '' : `${protocol}//`}${host}${tail}`;
  } catch {
    return url;
  }
}

const codecNames: Readonly<Record<string, string>> = {
  avc: 'H.264',
  avc1: 'H.264',
  h264: 'H.264',
  hevc: 'H.265 (HEVC)',
  hvc1: 'H.265 (HEVC)',
  hev1: 'H.265 (HEVC)',
  h265: 'H.265 (HEVC)',
  av1: 'AV1',
  av01: 'AV1',
  vp8: 'VP8',
  vp9: 'VP9',
  vp09: 'VP9',
  mp4a: 'AAC',
  aac: 'AAC',
  opus: 'Opus',
  vorbis: 'Vorbis',
  mp3: 'MP3',
  flac: 'FLAC',
  'ac-3': 'AC-3',
  'ec-3': 'E-AC-3',
  prores: 'ProRes',
  mpeg4: 'MPEG-4',
  mp4v: 'MPEG-4',
};

/** A codec string such as `avc1.64001f` or `hevc` as people call it. */
export function codecName(codec: string): string {
  return codecNames[codec.toLowerCase().split('.')[0] ?? ''] ?? codec;
}
