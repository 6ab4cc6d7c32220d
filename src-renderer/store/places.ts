import type { KeptTexts } from './kept-texts.ts';

/** Where lists were scrolled to, by the entry of the browser's history that they were seen at. */
export interface Places {
  keep(entry: number, place: Place): void;
  /**
   * @param edge where the list begins on the screen now; with the same bars above it the same cards are seen
   * @returns the pixels from the top; 0 where this list was not seen there.
   */
  find(entry: number, list: string, edge: number): number;
}

export interface Place {
  /** What it was a list of. */
  readonly list: string;
  /** How far it was scrolled. Pixels. */
  readonly top: number;
  /** Where it began on the screen. Pixels. */
  readonly edge: number;
}

const storageKey = 'video-inbox.places';
const remembered = 50;

/** For as long as the tab: Back leads to where a person was, and so does a reload. */
export function createPlaces(storage: KeptTexts): Places & { readonly save: () => void } {
  const places = new Map(read());

  function read(): readonly (readonly [number, Place])[] {
    try {
      const raw: unknown = JSON.parse(storage.getItem(storageKey) ?? '[]');
      return Array.isArray(raw)
        ? (raw as [number, Place][]).filter(
            ([, place]) => typeof place.top === 'number' && typeof place.edge === 'number',
          )
        : [];
    } catch {
      return [];
    }
  }

  return {
    keep(entry, place) {
      places.delete(entry);
      places.set(entry, place);
    },
    find(entry, list, edge) {
      const place = places.get(entry);
      // Who was at the top is there again, whatever is said above it.
      return place?.list !== list || place.top === 0 ? 0 : Math.max(0, place.top + edge - place.edge);
    },
    save: () => storage.setItem(storageKey, JSON.stringify([...places].slice(-remembered))),
  };
}
