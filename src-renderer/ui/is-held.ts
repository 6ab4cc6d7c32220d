import { keyOf, type Pressed } from './key-of.ts';

const moving = /^(Arrow\w+|Page\w+|Tab|[,.<>[\]{}jl])$/i;

/** A key that is held down moves on and on; whatever else it does is meant once. */
export const isHeld = (event: Pressed & Pick<KeyboardEvent, 'repeat'>): boolean =>
  event.repeat && !moving.test(keyOf(event));
