import { expect, it } from 'vitest';
import { createPrefs } from '../../../src-renderer/store/prefs.ts';

function storageWith(text: string | null) {
  const held = { text };
  return {
    held,
    getItem: () => held.text,
    setItem: (_: string, next: string) => {
      held.text = next;
    },
    removeItem: () => undefined,
  };
}

it('remembers what was chosen', () => {
  const storage = storageWith(null);
  createPrefs(storage).update((prefs) => ({ ...prefs, cardWidth: 300, loop: true }));
  expect(createPrefs(storage).get()).toMatchObject({ cardWidth: 300, loop: true });
});

it.each(['not json', '[]', 'null', '{"cardWidth":"wide","volume":7,"muted":1}', '{"cardWidth":1e9}'])(
  'starts from the defaults with %s',
  (text) => {
    expect(createPrefs(storageWith(text)).get()).toEqual(createPrefs(storageWith(null)).get());
  },
);
