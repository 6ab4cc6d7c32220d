const moving = /^(Arrow\w+|Page\w+|Tab|[,.<>[\]{}jl])$/i;

/** A key that is held down moves on and on; whatever else it does is meant once. */
export const isHeld = ({ key, repeat }: Pick<KeyboardEvent, 'key' | 'repeat'>): boolean => repeat && !moving.test(key);
