import { expect, test, vi } from 'vitest';
import { loadAtLast, loadStylesPatiently } from '../../../src-renderer/ui/load-patiently.ts';

/** What a page does with a link to a style sheet, without a page. */
class Link extends EventTarget {
  readonly rel = 'stylesheet';
  readonly sheet: object | null = {};
  readonly href: string;
  readonly #asked: (link: Link) => void;
  constructor(href: string, asked: (link: Link) => void) {
    super();
    this.href = href;
    this.#asked = asked;
  }
  cloneNode(): Link {
    return new Link(this.href, this.#asked);
  }
  replaceWith(other: Link): void {
    this.#asked(other);
  }
}

test('a style sheet that is gone is asked for less and less often, and said; where it comes, that is taken back', () => {
  vi.useFakeTimers();
  vi.stubGlobal('HTMLLinkElement', Link);
  try {
    const page = new EventTarget();
    const asked: number[] = [];
    let last = new Link('/assets/start-1.css', (link) => {
      asked.push(Date.now());
      last = link;
      if (asked.length <= 12) tell('error');
    });
    const tell = (type: string): void =>
      void page.dispatchEvent(Object.defineProperty(new Event(type), 'target', { value: last }));
    const said: string[] = [];
    void loadStylesPatiently(Object.assign(page, { querySelectorAll: () => [] }) as unknown as Document, {
      say: () => {
        said.push('gone');
        return () => said.push('here');
      },
    });
    const start = Date.now();
    tell('error');
    vi.advanceTimersByTime(20 * 60_000);
    const gaps = asked.map((at, n) => (at - (asked[n - 1] ?? start)) / 1000);
    expect(gaps).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60]);
    expect(said).toEqual(['gone']);
    tell('load');
    expect(said).toEqual(['gone', 'here']);
  } finally {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  }
});

test('a file that nothing goes on without is asked for until it comes, and what is said meanwhile is taken back', async () => {
  vi.useFakeTimers();
  try {
    const start = Date.now();
    const asked: number[] = [];
    const said: string[] = [];
    const loaded = loadAtLast(
      () => {
        asked.push((Date.now() - start) / 1000);
        return asked.length < 8
          ? Promise.reject(new TypeError(`Failed to fetch dynamically imported module: /a.js`))
          : Promise.resolve('here');
      },
      () => {
        said.push(`gone at ${String(asked.at(-1))}`);
        return () => said.push('taken back');
      },
    );
    await vi.advanceTimersByTimeAsync(60_000);
    await expect(loaded).resolves.toBe('here');
    expect(asked).toEqual([0, 1, 3, 7, 15, 25, 35, 45]);
    expect(said).toEqual(['gone at 7', 'taken back']);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ['threw when it was run', new TypeError('undefined is not a function'), [0]],
  ['threw words of modules', new Error('an imported module is not there'), [0, 1]],
  ['cannot be run at all', new SyntaxError('doesn’t provide an export: imported module'), [0]],
])('a file that came and %s is not asked for for ever, and said as what it is', async (_what, error, times) => {
  vi.useFakeTimers();
  try {
    const start = Date.now();
    const asked: number[] = [];
    const said: string[] = [];
    const loaded = loadAtLast(
      () => {
        asked.push((Date.now() - start) / 1000);
        return Promise.reject(error);
      },
      (what) => {
        said.push(what ?? 'gone');
        return () => said.push('taken back');
      },
    );
    const ended = expect(loaded).rejects.toBe(error);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([asked, said]).toEqual([times, ['broke']]);
    await ended;
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ['Chromium', new TypeError('Failed to fetch dynamically imported module: http://127.0.0.1/assets/a-1.js')],
  ['Firefox', new TypeError('error loading dynamically imported module: http://127.0.0.1/assets/a-1.js')],
  ['WebKit', new TypeError('Importing a module script failed.')],
  ['the bundler of styles', new Error('Unable to preload CSS for /assets/a-1.css')],
])('what did not come is asked for again, as %s tells it', async (_who, { message }) => {
  vi.useFakeTimers();
  try {
    let asked = 0;
    const loaded = loadAtLast(
      () => ((asked += 1) < 3 ? Promise.reject(new TypeError(message)) : Promise.resolve('here')),
      () => () => undefined,
    );
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(loaded).resolves.toBe('here');
  } finally {
    vi.useRealTimers();
  }
});

const unreadable = {
  get cssRules(): never {
    throw new DOMException('no', 'InvalidAccessError');
  },
};

test.each([
  ['it comes', null, ['error', 'load'], 2],
  ['it comes in place of an empty one', { cssRules: [] }, ['load'], 1],
  ['it comes in place of one that cannot be read', unreadable, ['load'], 1],
  ['it is told as gone', null, ['error', 'error', 'error', 'error', 'error'], 4],
])('a page that began without a style sheet is drawn when %s', async (_when, sheet, answers, after) => {
  vi.useFakeTimers();
  vi.stubGlobal('HTMLLinkElement', Link);
  try {
    const page = new EventTarget();
    let asked = new Link('/assets/start-1.css', (link) => (asked = link));
    Object.defineProperty(asked, 'sheet', { value: sheet });
    const styled = loadStylesPatiently(
      Object.assign(page, { querySelectorAll: () => [asked] }) as unknown as Document,
      { say: () => () => undefined },
    );
    let drawnAfter: number | null = null;
    let told = 0;
    void styled.then(() => (drawnAfter = told));
    for (const type of answers) {
      await vi.advanceTimersByTimeAsync(60_000);
      told += 1;
      page.dispatchEvent(Object.defineProperty(new Event(type), 'target', { value: asked }));
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(drawnAfter).toBe(after);
  } finally {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  }
});

test('a page that has its style sheets is drawn at once', async () => {
  const page = Object.assign(new EventTarget(), { querySelectorAll: () => [{ sheet: { cssRules: ['*'] } }] });
  await loadStylesPatiently(page as unknown as Document, { say: () => () => undefined });
});
