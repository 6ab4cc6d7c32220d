/** Specs of the gallery in a real browser, over the local server: an inbox and a page for all of a file. */
import { describe, expect, it } from 'vitest';
import { useGalleryInBrowser } from '../../support/shared-gallery.ts';
import type { Spec } from './gallery-driver.ts';

/** @param lists their name, and what is in them; cut into files so that several run side by side. */
export function runSpecsInBrowser(lists: readonly (readonly [name: string, specs: readonly Spec[]])[]): void {
  const gallery = useGalleryInBrowser();

  describe.each(lists)('%s', (_name, specs) => {
    it.each(specs.map((spec) => [spec.name, spec] as const))('%s', async (_spec, { wishes, isNew, run }) => {
      const driver = await gallery.empty(wishes, isNew);
      await run(driver);
      expect(driver.complaints).toEqual([]);
    });
  });
}
