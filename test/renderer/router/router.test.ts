import { expect, it } from 'vitest';
import { startList } from '../../../src-renderer/router/route.ts';
import { createRouter } from '../../../src-renderer/router/router.ts';

/** A history whose way back takes a moment, as in a browser. */
function openPage() {
  const entries = [
    { state: null as unknown, hash: 'before the page' },
    { state: null as unknown, hash: '#/library' },
  ];
  let at = 1;
  const hear: (() => void)[] = [];
  const location = {
    get hash() {
      return entries[at]?.hash ?? '';
    },
  };
  const history = {
    get state() {
      return entries[at]?.state;
    },
    pushState(state: unknown, _: string, hash: string) {
      entries.splice(at + 1, entries.length, { state, hash });
      at += 1;
    },
    replaceState(state: unknown, _: string, hash?: string) {
      entries[at] = { state, hash: hash ?? entries[at]?.hash ?? '' };
    },
    back() {
      setTimeout(() => {
        at -= 1;
        for (const tell of hear) tell();
      });
    },
  };
  const addEventListener = (_: string, tell: () => void) => hear.push(tell);
  return { location, history, addEventListener };
}

it('goes back once where the way out is asked for twice', async () => {
  const page = openPage();
  const router = createRouter(page as unknown as Window);
  router.start();
  const settings = { list: startList, taskKey: null, screen: { name: 'settings', section: null } } as const;
  for (const close of ['closeScreen', 'closeTask'] as const) {
    router.push(close === 'closeScreen' ? settings : { list: startList, taskKey: 'a' });
    router[close]();
    router[close]();
    await expect.poll(() => page.location.hash).not.toMatch(/settings|task/);
    await new Promise((resolve) => setTimeout(resolve));
    expect(page.location.hash).toBe('#/library');
    expect(router.get()).toEqual({ list: startList, taskKey: null });
  }
});

it('leads back to the task or the takes that a screen was opened from, and from room to room to the grid', async () => {
  const page = openPage();
  const router = createRouter(page as unknown as Window);
  router.start();
  const compare = { name: 'compare', sides: [{ key: 'a', n: 1 }] } as const;
  router.push({ list: startList, taskKey: 'a' });
  router.push({ list: startList, taskKey: null, screen: compare });
  router.closeScreen();
  await expect.poll(() => page.location.hash).toBe('#/task/a');
  router.push({ list: startList, taskKey: null, screen: { name: 'cull', key: 'a' } });
  router.push({ list: startList, taskKey: null, screen: compare });
  router.closeScreen();
  await expect.poll(() => page.location.hash).toBe('#/cull/a');
  router.closeScreen();
  await expect.poll(() => page.location.hash).toBe('#/task/a');
  router.closeTask();
  await expect.poll(() => page.location.hash).toBe('#/library');

  router.push({ list: startList, taskKey: null, screen: { name: 'settings', section: null } });
  router.push({ list: startList, taskKey: null, screen: { name: 'costs' } });
  router.closeScreen();
  expect(page.location.hash).toBe('#/library');
});

it('names each entry of the history once, also one that a link made', async () => {
  const page = openPage();
  const router = createRouter(page as unknown as Window);
  router.start();
  const library = router.entry();
  expect(router.entry()).toBe(library);
  router.push({ list: { ...startList, view: 'starred' }, taskKey: null });
  expect(router.entry()).not.toBe(library);
  // Typed in the search: the same place, told more exactly.
  const starred = router.entry();
  router.replace({ list: { ...startList, view: 'starred', text: 'rain' }, taskKey: null });
  expect(router.entry()).toBe(starred);
  page.history.back();
  await expect.poll(() => page.location.hash).toBe('#/library');
  expect(router.entry()).toBe(library);
});

it('leads from a request to the list that it was opened from, and from there out of the requests', async () => {
  const page = openPage();
  const router = createRouter(page as unknown as Window);
  router.start();
  const requests = (n: number | null) => ({ list: startList, taskKey: null, screen: { name: 'requests', n } }) as const;
  router.push(requests(null));
  router.push(requests(7));
  router.closeScreen();
  await expect.poll(() => page.location.hash).toBe('#/requests');
  // The rail leads from a request to the list as from any other room.
  router.push(requests(7));
  router.push(requests(null));
  router.closeScreen();
  expect(page.location.hash).toBe('#/library');
});
