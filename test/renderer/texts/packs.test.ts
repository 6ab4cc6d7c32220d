/** Each language says all that English says, nothing else, with the same facts in it, and fits where English fits. */
import { expect, it } from 'vitest';
import { languageFor, languages } from '../../../src-main/common/texts/language.ts';
import { en } from '../../../src-renderer/texts/en.ts';
import { enCompare } from '../../../src-renderer/texts/en-compare.ts';
import { enCosts } from '../../../src-renderer/texts/en-costs.ts';
import { enCull } from '../../../src-renderer/texts/en-cull.ts';
import { enExport } from '../../../src-renderer/texts/en-export.ts';
import { enLabels } from '../../../src-renderer/texts/en-labels.ts';
import { enNodes } from '../../../src-renderer/texts/en-nodes.ts';
import { enRequestsScreen } from '../../../src-renderer/texts/en-requests-screen.ts';
import { enSettings } from '../../../src-renderer/texts/en-settings.ts';
import { enSubmit } from '../../../src-renderer/texts/en-submit.ts';
import { enTable } from '../../../src-renderer/texts/en-table.ts';
import { packs } from '../../../src-renderer/texts/packs.ts';
import { describePacks } from '../../support/language-packs.ts';

const english = {
  page: en,
  settings: enSettings,
  compare: enCompare,
  requestsScreen: enRequestsScreen,
  submit: enSubmit,
  costs: enCosts,
  nodes: enNodes,
  cull: enCull,
  table: enTable,
  labels: enLabels,
  export: enExport,
};

/** Sentences that are the same everywhere, because they are addresses and names. */
const sameEverywhere = /^submit\.key\.pages\./;
describePacks(english, packs, sameEverywhere);

it.each(Object.entries(packs))('%s names itself, so that dates and numbers are in it too', async (language, load) => {
  expect((await load()).pack.page.language).toBe(language);
});

it.each(Object.entries(packs))(
  '%s calls the notices of the page otherwise than a part of the settings',
  async (_, load) => {
    const { page, settings } = (await load()).pack;
    const label = page.toasts?.label?.toLowerCase();
    expect(label).not.toBe('');
    const titles = Object.values(settings).flatMap((part) => ('title' in part ? [part.title.toLowerCase()] : []));
    expect(titles).toContain(settings.about?.title?.toLowerCase());
    expect(titles).not.toContain(label);
  },
);

/** What stands beside one another and is not the same; and one thing that several screens name. */
it.each(Object.entries(packs))('%s has words of their own for what differs, and one for one thing', async (_, load) => {
  const { page, settings, compare, cull, costs, nodes, table } = (await load()).pack;
  const lower = (words: readonly (string | undefined)[]) => words.map((word) => word?.toLowerCase());
  const differing = [
    [page.common?.cancel, page.common?.undo, settings.urls?.revokeShort],
    [page.common?.undo, page.trash?.restore],
    [page.common?.dismiss, cull.reject],
    [page.labels?.note, page.keys?.rate],
    [page.announce?.notRated, page.announce?.notJudged],
    [nodes.columns?.does, nodes.working],
  ].map(lower);
  expect(differing.filter((words) => new Set(words).size < words.length)).toEqual([]);
  const same = [
    [page.announce?.notJudged, cull.notJudged, cull.keys?.neither, costs.notJudged],
    [page.keys?.rate, cull.keys?.rate, compare.fields?.rating, table.columns?.rating],
  ].map(lower);
  expect(same.filter((words) => new Set(words).size > 1)).toEqual([]);
});

it('is chosen by what the system asks for, its best wish that is spoken here', () => {
  expect(languageFor(['es-MX', 'en'])).toBe('es');
  expect(languageFor(['xx', 'es'])).toBe('es');
  expect(languageFor(['en-GB', 'es'])).toBe('en');
  expect(languageFor(['es_ES.UTF-8'])).toBe('es');
  expect(languageFor([])).toBe('en');
  expect(languageFor(['xx'])).toBe('en');
});

it('every language but English has a pack, and each pack a language', () => {
  expect(Object.keys(packs).sort()).toEqual(languages.flatMap(({ code }) => (code === 'en' ? [] : [code])).sort());
});

it('keeps the order of what stands in one line: in Arabic also between a format and a length', async () => {
  const { common } = (await packs.ar()).pack.page;
  // Without a mark on each side, `H.264 · 0:05` is one run from left to right, and its second part is read first.
  expect(common?.separator).toBe('\u00A0\u200F·\u200F ');
});
