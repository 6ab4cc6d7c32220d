/** The limits that a person sees are those that hold. */
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { limitPatch, limitValue, readLimit } from '../../src-main/common/limits.ts';
import { limits, mergeSettings, settingsSchema } from '../../src-main/common/settings.ts';
import { enLimits } from '../../src-main/common/texts/en-limits.ts';

const usual = v.parse(settingsSchema, {});
const takes = (patch: object): boolean => v.is(settingsSchema, mergeSettings(usual, patch));

test('each has a name and a hint, and none is told of that is not there', () => {
  const names = limits.map(({ name }) => name);
  expect(Object.keys(enLimits.names)).toEqual(names);
  expect(Object.keys(enLimits.hints)).toEqual(names);
});

test.each(limits.map((limit) => [limit.name, limit] as const))(
  '%s: the bounds are those of the settings',
  (_, limit) => {
    expect(limitValue(usual, limit)).toBe(limit.usual);
    for (const value of [limit.least, limit.most, limit.usual]) expect(takes(limitPatch(limit, value))).toBe(true);
    for (const value of [limit.least - 1, limit.most + 1]) expect(takes(limitPatch(limit, value))).toBe(false);
    expect(takes(limitPatch(limit, limit.least + 0.5))).toBe(!limit.isWhole);
    expect(limitValue(v.parse(settingsSchema, mergeSettings(usual, limitPatch(limit, limit.least))), limit)).toBe(
      limit.least,
    );
    const shown = String;
    expect(readLimit(limit, ` ${String(limit.most)} `, shown)).toEqual({ value: limit.most });
    expect(readLimit(limit, '', shown)).toEqual({ value: limit.usual });
    for (const text of [
      'x',
      '-1',
      '1e3',
      '0x10',
      '4 MiB',
      String(limit.most + 1),
      ...(limit.isWhole ? ['70.5'] : []),
    ]) {
      const { problem } = readLimit(limit, text, shown) as { readonly problem: string };
      expect(problem).toContain(`“${text}”`);
      expect(problem).toContain(String(limit.most));
    }
  },
);
