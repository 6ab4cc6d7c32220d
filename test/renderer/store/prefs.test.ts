import { expect, it } from 'vitest';
import { startList } from '../../../src-renderer/router/route.ts';
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

it('loses nothing that another tab has kept meanwhile, and follows it but for how its own list looks', () => {
  const storage = storageWith(null);
  const [one, other] = [createPrefs(storage), createPrefs(storage)];
  const view = (name: string) => ({ name, list: startList });
  one.update((prefs) => ({ ...prefs, layout: 'table', views: [...prefs.views, view('Rain')] }));
  other.update((prefs) => ({ ...prefs, theme: 'dark', views: [...prefs.views, view('Snow')] }));
  expect(
    createPrefs(storage)
      .get()
      .views.map(({ name }) => name),
  ).toEqual(['Rain', 'Snow']);
  let told = 0;
  one.subscribe(() => (told += 1));
  one.follow('another.key');
  expect(told).toBe(0);
  one.follow('video-inbox.prefs');
  expect(told).toBe(1);
  expect(one.get()).toMatchObject({ theme: 'dark', layout: 'table', views: [{ name: 'Rain' }, { name: 'Snow' }] });
  expect(other.get().layout).toBe('even');
});

it.each(['not json', '[]', 'null', '{"cardWidth":"wide","volume":7,"muted":1}', '{"cardWidth":1e9}'])(
  'starts from the defaults with %s',
  (text) => {
    expect(createPrefs(storageWith(text)).get()).toEqual(createPrefs(storageWith(null)).get());
  },
);
