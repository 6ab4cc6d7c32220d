import { expect, it } from 'vitest';
import { keptTexts } from '../../../src-renderer/store/kept-texts.ts';

function browserWith(texts: Map<string, string>): { storage: Storage; isFull: boolean } {
  const browser = {
    isFull: false,
    storage: {
      getItem: (name: string) => texts.get(name) ?? null,
      setItem: (name: string, text: string) => {
        if (browser.isFull) throw new Error('full');
        texts.set(name, text);
      },
      removeItem: (name: string) => void texts.delete(name),
    } as Storage,
  };
  return browser;
}

it('is kept by the browser, and read as others of its pages wrote it', () => {
  const texts = new Map<string, string>();
  const kept = keptTexts(() => browserWith(texts).storage);
  kept.setItem('order', 'rain');
  expect(texts.get('order')).toBe('rain');
  texts.set('order', 'snow');
  expect(kept.getItem('order')).toBe('snow');
  kept.removeItem('order');
  expect(kept.getItem('order')).toBeNull();
  expect(texts.size).toBe(0);
});

it('lasts as long as the page where the browser is full, and what was kept before does not come back', () => {
  const texts = new Map([['order', 'rain']]);
  const browser = browserWith(texts);
  const kept = keptTexts(() => browser.storage);
  browser.isFull = true;
  kept.setItem('order', 'snow');
  expect(kept.getItem('order')).toBe('snow');
  browser.isFull = false;
  kept.setItem('order', 'fog');
  expect(texts.get('order')).toBe('fog');
});

it('lasts as long as the page where the mere look at a storage is refused, or there is none', () => {
  const forbidden = (): Storage => {
    throw new Error('denied');
  };
  for (const storage of [forbidden, () => null as unknown as Storage]) {
    const kept = keptTexts(storage);
    expect(kept.getItem('order')).toBeNull();
    kept.setItem('order', 'rain');
    expect(kept.getItem('order')).toBe('rain');
    kept.removeItem('order');
    expect(kept.getItem('order')).toBeNull();
  }
});
