import { en } from './en.ts';

/** What every language must offer. A language is one more file that satisfies this type. */
export type Texts = typeof en;

export const texts: Texts = en;
