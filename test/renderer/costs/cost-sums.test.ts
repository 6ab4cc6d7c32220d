import { expect, it } from 'vitest';
import type { CostLine } from '../../../src-main/common/contract.ts';
import { creditsIn, monthOf } from '../../../src-main/common/month-credits.ts';
import { csvOf, sumOf, sumsBy } from '../../../src-renderer/costs/cost-sums.ts';

const line = (more: Partial<CostLine>): CostLine => ({
  ...{ month: '2026-11', provider: 'kie-luma', model: null, project: null, unit: 'credits', tasks: 1, unpriced: 0 },
  ...{ spent: 10, kept: 10, rejected: 0, failed: 0, notJudged: 0, keptSeconds: 5 },
  ...more,
});

it('sums, and groups with what cost most first', () => {
  const lines = [line({}), line({ project: 'A10', spent: 30 }), line({ project: 'A9', spent: 30 })];
  expect(sumOf(lines)).toMatchObject({ spent: 70, tasks: 3, keptSeconds: 15 });
  expect(sumsBy(lines, ({ project }) => project ?? 'none').map(({ name }) => name)).toEqual(['A9', 'A10', 'none']);
});

it('holds against a budget what this month cost, and nothing of the month before', () => {
  const lines = [line({ month: '2026-10', spent: 90 }), line({}), line({ unit: 'USD', spent: 5 })];
  expect(creditsIn('2026-11', lines)).toBe(10);
  expect(creditsIn('2026-12', lines)).toBe(0);
});

it('is a file that a spreadsheet reads as it is, and runs nothing of', () => {
  const [head, row] = csvOf([line({ project: '=HYPERLINK("x")', model: 'a,b' })]).split('\r\n');
  expect(head).toMatch(/^\ufeffmonth,provider,model,project,unit,spent,/);
  expect(row).toBe(`2026-11,kie-luma,"a,b","'=HYPERLINK(""x"")",credits,10,10,0,0,0,5,1,0`);
});

it('a month is that of the zone', () => {
  const at = new Date('2026-11-30T23:30:00.000Z');
  expect([monthOf(at, 'UTC'), monthOf(at, 'Europe/Berlin')]).toEqual(['2026-11', '2026-12']);
});
