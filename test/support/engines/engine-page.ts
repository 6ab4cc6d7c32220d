/** A page in a browser other than Chromium, as far as the specs that run everywhere need it. */
export interface EnginePage {
  go(url: string): Promise<void>;
  /** Runs in the page. The function must stand alone: what it needs comes as its argument, as JSON. */
  evaluate<A, T>(work: (arg: A) => T | Promise<T>, arg: A): Promise<T>;
  /** Presses and releases; several keys are held together, the last one is pressed. Names as in `KeyboardEvent.key`. */
  press(...keys: readonly string[]): Promise<void>;
  /** Types what the focused element takes. */
  type(text: string): Promise<void>;
  /** A click of the pointer on the middle of the first element that matches. */
  click(selector: string): Promise<void>;
}

export interface Engine {
  readonly page: EnginePage;
  close(): Promise<void>;
}

/** What W3C calls the keys that are not characters. @see https://www.w3.org/TR/webdriver2/#keyboard-actions */
const codes: Readonly<Record<string, string>> = {
  Enter: '\uE007',
  Escape: '\uE00C',
  Shift: '\uE008',
  Control: '\uE009',
  Tab: '\uE004',
  Home: '\uE011',
  End: '\uE010',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  Backspace: '\uE003',
  Delete: '\uE017',
};

type KeyAction = { readonly type: 'keyDown' | 'keyUp'; readonly value: string };

const codeOf = (key: string): string => codes[key] ?? key;

export function pressActions(keys: readonly string[]): KeyAction[] {
  const down = keys.map((key): KeyAction => ({ type: 'keyDown', value: codeOf(key) }));
  const up = keys.map((key): KeyAction => ({ type: 'keyUp', value: codeOf(key) })).reverse();
  return [...down, ...up];
}

export const typeActions = (text: string): KeyAction[] => Array.from(text).flatMap((letter) => pressActions([letter]));

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const clickActions = ({ x, y }: Point): object[] => [
  { type: 'pointerMove', x: Math.round(x), y: Math.round(y), origin: 'viewport' },
  { type: 'pointerDown', button: 0 },
  { type: 'pointerUp', button: 0 },
];

/** For `evaluate`: where the first element that matches has its middle. */
export function middleOf(selector: string): Point {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  if (box === undefined) throw new Error(`nothing matches ${selector}`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

export const viewport = { width: 1280, height: 800 } as const;
