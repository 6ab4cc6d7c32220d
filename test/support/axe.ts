/** Accessibility checks of a whole page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Without the style sheets, which axe would fetch once more for rules that are not asked for: a fetch breaks off where the
 * machine's network changes meanwhile (ERR_NETWORK_CHANGED), and that stands on the console as a fault of the page.
 */
const options = { resultTypes: ['violations'], preload: { assets: ['media'] } };

/** The rules whose answer is another in other colours or in another window; the rest judges what stands in the page. */
export const rulesOfLooks = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable', 'target-size'];

/**
 * What has just come stands for a frame as it will begin to move from, and no animation is there yet. What turns without end
 * is as it is.
 */
const isAtRest = () =>
  document.querySelector('[data-starting-style], [data-ending-style]') === null &&
  document
    .getAnimations()
    .every(({ playState, effect }) => playState !== 'running' || effect?.getComputedTiming().endTime === Infinity);

/**
 * Colours and places are judged once nothing moves any more. Something may begin to move meanwhile, as a notice goes when
 * its time is over: what is wrong is wrong at the next look as well.
 * @param rules which of axe's; all, unless told
 * @returns one sentence per violation and element; empty where axe finds none.
 */
export async function axeViolations(page: Page, rules?: readonly string[], looks = 3): Promise<readonly string[]> {
  await page.waitForFunction(isAtRest);
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe); // a script element is against the page's policy
  const run = JSON.stringify(rules === undefined ? options : { ...options, runOnly: { type: 'rule', values: rules } });
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${run})`);
  if (violations.length > 0 && looks > 1) return axeViolations(page, rules, looks - 1);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html} ${node.failureSummary ?? ''}`),
  );
}
