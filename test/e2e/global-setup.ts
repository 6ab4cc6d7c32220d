import { build, isStale } from '../../scripts/built.mjs';

/** The end-to-end tests drive the built program, so it is built first where the sources are newer. */
export async function setup(): Promise<void> {
  if (isStale()) await build();
}
