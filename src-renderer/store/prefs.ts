import { formatRoute, type ListRoute, parseRoute, startList } from '../router/route.ts';
import type { KeptTexts } from './kept-texts.ts';
import { createStore, type Store } from './store.ts';

/** What this browser or window remembers about the looks; nothing that belongs to the library. */
export interface Prefs {
  /** Wished width of a card in pixels. */
  readonly cardWidth: number;
  /** 0 to 1. */
  readonly volume: number;
  readonly muted: boolean;
  readonly loop: boolean;
  /** Speed of playing; 1 = as it is. */
  readonly rate: number;
  readonly layout: 'even' | 'shapes' | 'table';
  readonly theme: 'system' | 'light' | 'dark';
  readonly density: 'roomy' | 'dense';
  /** Whether an opened film begins to play by itself. */
  readonly autoplay: boolean;
  /** What an earlier version kept here of the budget a month, until the inbox has it. */
  readonly budget: number | null;
  /** Frames by which a film is ahead where it is compared, by `key~n`. */
  readonly offsets: Readonly<Record<string, number>>;
  /** Of the table, in the person's order. */
  readonly columns: readonly { readonly name: string; readonly isShown: boolean }[];
  /** How exported films are named; empty = as usual. */
  readonly exportName: string;
  /** Searches that are kept by name. */
  readonly views: readonly SavedView[];
}

export interface SavedView {
  readonly name: string;
  readonly list: ListRoute;
}

export const cardWidths = { min: 160, max: 480, step: 20 } as const;

const defaults: Prefs = {
  cardWidth: 220,
  volume: 1,
  // Nobody is startled by the first film; who wants sound says so once.
  muted: true,
  loop: false,
  rate: 1,
  layout: 'even',
  theme: 'system',
  density: 'roomy',
  autoplay: true,
  budget: null,
  offsets: {},
  columns: [],
  exportName: '',
  views: [],
};
const storageKey = 'video-inbox.prefs';

/** What a tab goes on with as it is, whatever is chosen in another one. */
const ofTab = ['cardWidth', 'layout', 'volume', 'muted', 'loop', 'rate'] as const satisfies readonly (keyof Prefs)[];

export interface PrefsStore extends Omit<Store<Prefs>, 'set'> {
  /** Another tab of this browser has kept something. @param key `null` = anything. */
  follow(key: string | null): void;
}

export function createPrefs(storage: KeptTexts): PrefsStore {
  const store = createStore(read(storage));
  /** Other tabs keep theirs in the same place: what was saved there meanwhile stays. */
  function fresh(): Prefs {
    const own = store.get();
    return { ...read(storage), ...Object.fromEntries(ofTab.map((name) => [name, own[name]])) };
  }
  return {
    get: store.get,
    subscribe: store.subscribe,
    update(change) {
      const next = change(fresh());
      storage.setItem(storageKey, JSON.stringify(next));
      store.set(next);
    },
    follow(key) {
      if (key === null || key === storageKey) store.set(fresh());
    },
  };
}

function read(storage: KeptTexts): Prefs {
  let raw: unknown;
  try {
    raw = JSON.parse(storage.getItem(storageKey) ?? '{}');
  } catch {
    raw = {};
  }
  const told = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<string, unknown>;
  const within = (value: unknown, min: number, max: number, otherwise: number) =>
    typeof value === 'number' && value >= min && value <= max ? value : otherwise;
  return {
    cardWidth: within(told['cardWidth'], cardWidths.min, cardWidths.max, defaults.cardWidth),
    volume: within(told['volume'], 0, 1, defaults.volume),
    muted: typeof told['muted'] === 'boolean' ? told['muted'] : defaults.muted,
    loop: typeof told['loop'] === 'boolean' ? told['loop'] : defaults.loop,
    rate: within(told['rate'], 0.25, 2, defaults.rate),
    layout: oneOf(told['layout'], ['even', 'shapes', 'table'], defaults.layout),
    theme: oneOf(told['theme'], ['system', 'light', 'dark'], defaults.theme),
    density: oneOf(told['density'], ['roomy', 'dense'], defaults.density),
    autoplay: typeof told['autoplay'] === 'boolean' ? told['autoplay'] : defaults.autoplay,
    budget: typeof told['budget'] === 'number' && told['budget'] > 0 ? told['budget'] : null,
    offsets: readOffsets(told['offsets']),
    columns: Array.isArray(told['columns']) ? told['columns'].flatMap(readColumn).slice(0, 50) : defaults.columns,
    exportName: typeof told['exportName'] === 'string' ? told['exportName'].slice(0, 200) : defaults.exportName,
    views: Array.isArray(told['views']) ? told['views'].flatMap(readView) : defaults.views,
  };
}

function readColumn(told: unknown): { readonly name: string; readonly isShown: boolean }[] {
  if (typeof told !== 'object' || told === null || !('name' in told) || !('isShown' in told)) return [];
  const { name, isShown } = told;
  return typeof name === 'string' && typeof isShown === 'boolean' ? [{ name, isShown }] : [];
}

function readOffsets(told: unknown): Readonly<Record<string, number>> {
  if (typeof told !== 'object' || told === null) return {};
  return Object.fromEntries(
    Object.entries(told).filter((entry): entry is [string, number] => Number.isInteger(entry[1])),
  );
}

function oneOf<T extends string>(value: unknown, words: readonly T[], otherwise: T): T {
  return words.find((word) => word === value) ?? otherwise;
}

/** Through the form that an address has, so that whatever an older or later page kept is a list that works. */
function readView(told: unknown): SavedView[] {
  if (typeof told !== 'object' || told === null || !('name' in told) || !('list' in told)) return [];
  const { name, list } = told;
  if (typeof name !== 'string' || typeof list !== 'object' || list === null) return [];
  return [{ name, list: parseRoute(formatRoute({ list: { ...startList, ...list }, taskKey: null })).list }];
}
