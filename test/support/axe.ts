/** Accessibility checks of a whole page. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/**
 * Without the style sheets, which axe would fetch once more for rules that are not asked for: a fetch breaks off where the
 * machine's network changes meanwhile (ERR_NETWORK_CHANGED), and that stands on the console as a fault of the page.
 */
const run = 'axe.run(document, { resultTypes: ["violations"], preload: { assets: ["media"] } })';

/** @returns one sentence per violation and element; empty where axe finds none. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(await readFile(axeFile, 'utf8')); // not a script element: the page's own policy would stop that
  const { violations } = await page.evaluate<AxeResults>(run);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.html} ${node.failureSummary ?? ''}`),
  );
}
