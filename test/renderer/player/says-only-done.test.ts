import { expect, it } from 'vitest';
import { saysOnlyDone } from '../../../src-renderer/player/says-only-done.ts';

it.each(['success', 'OK', ' Succeeded. ', 'Modify record generated successfully.', 'Video generated successfully'])(
  'says nothing beside that it was done: %s',
  (message) => expect(saysOnlyDone(message)).toBe(true),
);

it.each(['', 'successfully refunded 12 credits', 'Audio was left out, video generated successfully', 'no', 'not ok'])(
  'says more: %s',
  (message) => expect(saysOnlyDone(message)).toBe(false),
);
