import { mostTakes, searchLimit, stateFilters, views, type TaskFilter } from '../../src-main/common/task-query.ts';
import { taskOrders } from '../../src-main/common/search/task-order.ts';

/**
 * The address after `#`. The list that a task was opened from stays in the task's address, so that next and previous,
 * reload and a shared link all mean the same list.
 */
export type ListRoute = Omit<TaskFilter, 'timeZone' | 'until'>;

export const settingsSections = [
  'tunnel',
  'urls',
  'downloads',
  'limits',
  'notifications',
  'keys',
  'hooks',
  'elsewhere',
  'look',
  'desktop',
  'library',
  'about',
] as const;
export type SettingsSection = (typeof settingsSections)[number];

/**
 * What takes the grid's place while the rail stays: the settings, the three steps to a public callback URL, or what
 * arrived at the public side and which one of it is looked at.
 */
export type Screen =
  | { readonly name: 'settings'; readonly section: SettingsSection | null }
  | { readonly name: 'reachable' }
  | { readonly name: 'requests'; readonly n: number | null }
  /** An order; `again` and `edit` take over what an earlier task was made from. */
  | { readonly name: 'new'; readonly from: string | null; readonly how: 'again' | 'edit' }
  /** Videos on one clock; one alone finds its companions itself. `at` in seconds of the first. */
  | {
      readonly name: 'compare';
      readonly sides: readonly Side[];
      readonly mode?: CompareMode;
      readonly at?: number;
      readonly zoom?: ZoomPlace;
    }
  /** The takes of one source and prompt, to choose from. */
  | { readonly name: 'cull'; readonly key: string }
  /** What was spent. */
  | { readonly name: 'costs' }
  /** Which machines share this inbox. */
  | { readonly name: 'nodes' };

export const compareModes = ['wipe', 'side', 'blink', 'difference', 'onion'] as const;
export type CompareMode = (typeof compareModes)[number];

/** As many as can be chosen among at once: all takes of a stack. */
export const mostSides = mostTakes;

/** Whether they are shown together: of more than four each is looked at beside another. */
export const areTogether = ({ length }: readonly unknown[]): boolean => length > 2 && length <= 4;

/** Two lie over one another; three and four stand side by side. */
export const usualMode = (sides: readonly unknown[]): CompareMode => (areTogether(sides) ? 'side' : 'wipe');

/** What of a picture is seen, the same on screens of any size. */
export interface ZoomPlace {
  /** How much larger than the stage has room. */
  readonly factor: number;
  /** How far its middle is beside the middle of the stage, in widths and heights of the picture. */
  readonly x: number;
  readonly y: number;
}

/** A video of a task by its 1-based number. */
export interface Side {
  readonly key: string;
  readonly n: number;
  /** An input of the task in place of a result; `n` is the number of the input. */
  readonly isSource?: true;
  /** Frames of its own that it is ahead. */
  readonly offset?: number;
}

export interface Route {
  readonly list: ListRoute;
  /** Absent where the grid or a task is shown. */
  readonly screen?: Screen;
  /** The opened task's key, or `null` for the grid. */
  readonly taskKey: string | null;
}

export const startList: ListRoute = { view: 'library', text: '', state: 'all', provider: null, order: 'newest' };

const oneOf = <T extends string>(list: readonly T[], word: string | null, otherwise: T): T =>
  list.find((one) => one === word) ?? otherwise;

/** Anything that is not understood becomes its default: an address never breaks the page. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const params = new URLSearchParams(search);
  const [head = '', tail = ''] = path.split('/', 2);
  const taskKey = head === 'task' ? decode(tail) : null;
  const screen = parseScreen(head, tail, params);
  return {
    taskKey: taskKey === '' ? null : taskKey,
    ...(screen === null ? {} : { screen }),
    list: {
      view: oneOf(views, head === 'task' || screen !== null ? params.get('view') : head, startList.view),
      text: (params.get('q') ?? '').slice(0, searchLimit),
      state: oneOf(stateFilters, params.get('state'), 'all'),
      provider: params.get('provider') || null,
      order: oneOf(taskOrders, params.get('order'), 'newest'),
      ...(params.has('reverse') ? { reverse: true } : {}),
      ...(params.has('stacked') ? { stacked: true } : {}),
    },
  };
}

const shortNumber = (value: number): string => String(Math.round(value * 1000) / 1000);

export function formatRoute({ list, taskKey, screen }: Route): string {
  const params = new URLSearchParams();
  if ((taskKey !== null || screen !== undefined) && list.view !== startList.view) params.set('view', list.view);
  if (list.text !== '') params.set('q', list.text);
  if (list.state !== 'all') params.set('state', list.state);
  if (list.provider !== null) params.set('provider', list.provider);
  if (list.order !== 'newest') params.set('order', list.order);
  if (list.reverse === true) params.set('reverse', '');
  if (list.stacked === true) params.set('stacked', '');
  if (screen?.name === 'compare') {
    if (screen.mode !== undefined && screen.mode !== usualMode(screen.sides)) params.set('mode', screen.mode);
    if (screen.at !== undefined && screen.at > 0) params.set('at', shortNumber(screen.at));
    if (screen.zoom !== undefined) {
      params.set('zoom', [screen.zoom.factor, screen.zoom.x, screen.zoom.y].map(shortNumber).join('_'));
    }
  }
  const search = params.toString();
  const place = screen === undefined ? list.view : formatScreen(screen);
  const path = taskKey === null ? place : `task/${encodeURIComponent(taskKey)}`;
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

function parseScreen(head: string, tail: string, params: URLSearchParams): Screen | null {
  if (head === 'reachable') return { name: 'reachable' };
  if (head === 'requests') return { name: 'requests', n: /^\d{1,12}$/.test(tail) ? Number(tail) : null };
  if (head === 'new') return { name: 'new', from: null, how: 'edit' };
  if (head === 'again' || head === 'edit') {
    const from = decode(tail);
    return from === null || from === '' ? null : { name: 'new', from, how: head };
  }
  if (head === 'costs' || head === 'nodes') return { name: head };
  if (head === 'cull') {
    const key = decode(tail);
    return key === null || key === '' ? null : { name: 'cull', key };
  }
  if (head === 'compare') {
    const sides = tail.split(',').flatMap(parseSide).slice(0, mostSides);
    if (sides.length === 0) return null;
    const mode = compareModes.find((each) => each === params.get('mode'));
    const at = Number(params.get('at') ?? NaN);
    return {
      name: 'compare',
      sides,
      ...(mode === undefined ? {} : { mode }),
      ...(at > 0 && at < 1e6 ? { at } : {}),
      ...parseZoom(params.get('zoom')),
    };
  }
  if (head !== 'settings') return null;
  return { name: 'settings', section: settingsSections.find((section) => section === tail) ?? null };
}

function parseZoom(text: string | null): { readonly zoom?: ZoomPlace } {
  const [factor = NaN, x = NaN, y = NaN] = (text ?? '').split('_').map(Number);
  const isWithin = factor > 0 && factor <= 16 && Math.abs(x) <= 0.5 && Math.abs(y) <= 0.5;
  return isWithin ? { zoom: { factor, x, y } } : {};
}

function parseSide(text: string): Side[] {
  const [, written = '', source, n = '1', offset = '0'] =
    /^(.+?)(?:~(s?)(\d{1,3})(?:~(-?\d{1,4}))?)?$/.exec(text) ?? [];
  const key = decode(written);
  if (key === null || key === '') return [];
  return [
    {
      key,
      n: Number(n),
      ...(source === 's' ? { isSource: true } : {}),
      ...(Number(offset) === 0 ? {} : { offset: Number(offset) }),
    },
  ];
}

function formatSide({ key, n, isSource, offset = 0 }: Side): string {
  return `${encodeURIComponent(key)}~${isSource === true ? 's' : ''}${n}${offset === 0 ? '' : `~${offset}`}`;
}

function formatScreen(screen: Screen): string {
  if (screen.name === 'reachable') return 'reachable';
  if (screen.name === 'requests') return screen.n === null ? 'requests' : `requests/${screen.n}`;
  if (screen.name === 'new') return screen.from === null ? 'new' : `${screen.how}/${encodeURIComponent(screen.from)}`;
  if (screen.name === 'costs' || screen.name === 'nodes') return screen.name;
  if (screen.name === 'cull') return `cull/${encodeURIComponent(screen.key)}`;
  if (screen.name === 'compare') {
    return `compare/${screen.sides.map(formatSide).join(',')}`;
  }
  return screen.section === null ? 'settings' : `settings/${screen.section}`;
}

/** Whether anything but the view narrows the list. */
export function isFiltered(list: ListRoute): boolean {
  return list.text.trim() !== '' || list.state !== 'all' || list.provider !== null;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
