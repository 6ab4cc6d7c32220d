import { expect, it } from 'vitest';
import { placeTooltip } from '../../../src-renderer/ui/place-tooltip.ts';

const page = { width: 800, height: 600 };
const tip = { width: 100, height: 24 };

it.each([
  ['above its button and centred', { left: 400, top: 300, width: 32, height: 32 }, { left: 366, top: 270 }],
  ['below where there is no room above', { left: 400, top: 10, width: 32, height: 32 }, { left: 366, top: 48 }],
  ['within the left edge', { left: 2, top: 300, width: 32, height: 32 }, { left: 4, top: 270 }],
  ['within the right edge', { left: 766, top: 300, width: 32, height: 32 }, { left: 696, top: 270 }],
])('is %s', (_where, anchor, place) => {
  expect(placeTooltip(anchor, tip, page)).toEqual(place);
});
