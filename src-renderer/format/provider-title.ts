import { providerName } from '../../src-main/common/providers/catalog.ts';
import { texts } from '../texts/texts.ts';

/** A provider as this page calls it: names stay as they are written everywhere, "not known" is said in the person's words. */
export function providerTitle(id: string): string {
  return id === 'unknown' ? texts.provider.unknown : providerName(id);
}
