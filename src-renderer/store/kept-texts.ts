/** What a browser keeps of the page, by name. Nothing here throws. */
export type KeptTexts = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * What the browser refuses, full or forbidden, lasts as long as the page.
 * @param storage throws where the person allows no storage at all: the mere look at it does.
 */
export function keptTexts(storage: () => Storage): KeptTexts {
  const refused = new Map<string, string | null>();
  function put(name: string, text: string | null): void {
    try {
      if (text === null) storage().removeItem(name);
      else storage().setItem(name, text);
      refused.delete(name);
    } catch {
      refused.set(name, text);
    }
  }
  return {
    getItem(name) {
      if (refused.has(name)) return refused.get(name) ?? null;
      try {
        return storage().getItem(name);
      } catch {
        return null;
      }
    },
    setItem: put,
    removeItem: (name) => put(name, null),
  };
}
