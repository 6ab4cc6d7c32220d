import type { KeptTexts } from './kept-texts.ts';

/** Where lists were scrolled to, by the entry of the browser's history that they were seen at. */
export interface Places {
  keep(entry: number, place: Place): void;
  /** @returns the pixels from the top; 0 where this list was not seen there. */
  find(entry: number, list: string): number;
}

export interface Place {
  /** What it was a list of. */
  readonly list: string;
  /** Pixels. */
  readonly top: number;
}

const storageKey = 'video-inbox.places';
const remembered = 50;

/** For as long as the tab: Back leads to where a person was, and so does a reload. */
export function createPlaces(storage: KeptTexts): Places & { readonly save: () => void } {
  const places = new Map(read());

  function read(): readonly (readonly [number, Place])[] {
    try {
      const raw: unknown = JSON.parse(storage.getItem(storageKey) ?? '[]');
      return Array.isArray(raw) ? (raw as [number, Place][]).filter(([, place]) => typeof place.top === 'number') : [];
    } catch {
      return [];
    }
  }

  return {
    keep(entry, place) {
      places.delete(entry);
      places.set(entry, place);
    },
    find(entry, list) {
      const place = places.get(entry);
      return place?.list === list ? place.top : 0;
    },
    save: () => storage.setItem(storageKey, JSON.stringify([...places].slice(-remembered))),
  };
}
