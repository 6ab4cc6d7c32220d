import { describe, expect, it } from 'vitest';
import {
  codecName,
  createFormat,
  dayCutter,
  filmLength,
  filmTime,
  shortUrl,
} from '../../../src-renderer/format/format.ts';
import { localeFor } from '../../../src-renderer/format/locale.ts';

const format = createFormat('en-GB', 'Europe/Berlin');
const noon = Date.parse('2026-11-21T12:00:00Z'); // 13:00 in Berlin, a Saturday
const before = (ms: number) => new Date(noon - ms).toISOString();
const minute = 60_000;
const hour = 60 * minute;

describe('age', () => {
  it.each([
    [10_000, 'now'],
    [-5_000, 'now'],
    [4 * minute, '4 min ago'],
    [59 * minute, '59 min ago'],
    [3 * hour, '10:00'],
    [20 * hour, 'Fri 17:00'],
    [9 * 24 * hour, '12 Nov'],
    [400 * 24 * hour, '17 Oct 2025'],
  ])('%i ms ago is %s', (ms, shown) => {
    expect(format.age(before(ms), noon)).toBe(shown);
  });

  it.each(['en-GB', 'en-US', 'en'])('abbreviates in %s as a span does', (locale) => {
    const there = createFormat(locale, 'Europe/Berlin');
    expect(there.age(before(4 * minute), noon)).toBe(`${there.span(4 * minute)} ago`);
  });
});

it.each([
  [2 * hour, '11:00:00'],
  [9 * 24 * hour, '12 Nov, 13:00:00'],
  [400 * 24 * hour, '17 Oct 2025, 14:00:00'],
])('the moment %i ms ago is %s', (ms, shown) => {
  expect(format.moment(before(ms), noon)).toBe(shown);
});

describe('days', () => {
  it('cuts them in the person’s zone', () => {
    expect(dayCutter('Europe/Berlin')(Date.parse('2026-11-20T23:30:00Z'))).toBe('2026-11-21');
    expect(dayCutter('America/New_York')(Date.parse('2026-11-21T03:00:00Z'))).toBe('2026-11-20');
  });

  // What is kept for a quarter of an hour: zones with odd offsets, and those whose clocks are put on at midnight.
  it.each([
    'Asia/Kathmandu',
    'Pacific/Chatham',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Europe/Berlin',
    'Africa/Cairo',
    'America/Havana',
    'America/Santiago',
  ])('begins them in %s when the clocks there do, whatever was asked before', (timeZone) => {
    const cut = dayCutter(timeZone);
    const plain = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    const start = Date.parse('2026-01-01T00:00:00Z');
    for (let at = start; at < start + 366 * 24 * hour; at += 6.25 * hour) {
      // Around each begin of a quarter of an hour, so that what is kept for longer than one would be told.
      for (const each of [at - 1, at, at + 15 * minute - 1])
        if (cut(each) !== plain.format(each)) expect(cut(each)).toBe(plain.format(each));
    }
  });

  it('names today and yesterday, and gives the year where it is another', () => {
    expect(format.day('2026-11-21', '2026-11-21')).toBe('Today');
    expect(format.day('2026-11-20', '2026-11-21')).toBe('Yesterday');
    expect(format.day('2026-11-14', '2026-11-21')).toBe('Saturday 14 November');
    expect(format.day('2025-11-14', '2026-11-21')).toContain('2025');
    expect(format.day('2026-10-25', '2026-10-26')).toBe('Yesterday'); // 25 hours long in Berlin
  });
});

describe('numbers', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [38_200_000, '38.2 MB'],
    [182_400_000, '182 MB'],
    [999_600, '1 MB'],
    [4_300_000_000, '4.3 GB'],
  ])('%i bytes are %s', (bytes, shown) => {
    expect(format.size(bytes)).toBe(shown);
  });

  it('uses the conventions of the region', () => {
    expect(createFormat('en-DE', 'UTC').size(38_200_000)).toBe('38,2 MB');
  });

  it.each([
    [10, '1 s'],
    [3_000, '3 s'],
    [5 * minute, '5 min'],
    [5 * hour, '5 h'],
    [13 * 24 * hour, '13 days'],
  ])('a span of %i ms is %s', (ms, shown) => {
    expect(format.span(ms)).toBe(shown);
  });
});

describe('film', () => {
  it.each([
    [5, '0:05'],
    [59.6, '1:00'],
    [754, '12:34'],
    [3723, '1:02:03'],
    [0.25, '0:00.25'],
    [0, '0:00'],
  ])('a length of %d s is %s', (seconds, shown) => {
    expect(filmLength(seconds)).toBe(shown);
  });

  it.each([
    [1.96, '0:01.96'],
    [1.9699, '0:01.96'],
    [0, '0:00.00'],
    [3661.5, '1:01:01.50'],
  ])('a place at %d s is %s', (seconds, shown) => {
    expect(filmTime(seconds)).toBe(shown);
  });
});

describe('names', () => {
  it('cuts the token out of a callback URL', () => {
    expect(shortUrl('https://otter.example.test/c/secret-token')).toBe('otter.example.test/c/se…');
    expect(shortUrl('http://127.0.0.1:4000/c/secret-token')).toBe('http://127.0.0.1:4000/c/se…');
    expect(shortUrl('nonsense')).toBe('nonsense');
  });

  it('calls codecs what people call them, and passes on the rest', () => {
    expect(codecName('avc1.64001f')).toBe('H.264');
    expect(codecName('hevc')).toBe('H.265 (HEVC)');
    expect(codecName('brand-new')).toBe('brand-new');
  });
});

describe('localeFor', () => {
  it('speaks the catalog’s language with the person’s region', () => {
    expect(localeFor('en', 'de-DE')).toBe('en-DE');
    expect(localeFor('en', 'de')).toBe('en-DE');
    expect(localeFor('en', 'en-GB')).toBe('en-GB');
    expect(localeFor('en', 'not a locale')).toBe('en');
  });

  it('writes numbers with the digits of time codes, also where the region has others', () => {
    expect(localeFor('ar', 'ar-EG')).toBe('ar-EG-u-nu-latn');
    expect(createFormat(localeFor('ar', 'ar-EG'), 'UTC').number(1234)).toMatch(/^1\D?234$/);
    expect(localeFor('ar', 'ar-AE')).toBe('ar-AE');
  });
});

it('keeps width before height where all else is read from the right', () => {
  expect(createFormat('ar-EG', 'UTC').pixels(1920, 1080)).toBe('\u20661920 × 1080\u2069');
  expect(format.pixels(1920, 1080)).toBe('1920 × 1080');
});
