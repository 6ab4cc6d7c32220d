export type Pressed = Pick<KeyboardEvent, 'key'> &
  Partial<Pick<KeyboardEvent, 'code' | 'shiftKey' | 'getModifierState'>>;

/**
 * Whether an input method has the key: it chooses among characters (Chinese, Japanese), or takes back what it is making.
 * WebKit says so with this code, after it has ended the composition.
 */
export const isComposing = (event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean =>
  // oxlint-disable-next-line typescript/no-deprecated -- the only sign of it there
  event.isComposing || event.keyCode === 229;

/** What else than letters and digits is a shortcut somewhere, and the same with Shift. */
const signs: Readonly<Record<string, string>> = {
  Comma: ',<',
  Period: '.>',
  Slash: '/?',
  BracketLeft: '[{',
  BracketRight: ']}',
};

/** A letter, mark, digit or sign of a script in which no shortcut is written. */
const isForeign = (key: string): boolean =>
  /^[\p{L}\p{M}\p{Nd}\p{Script_Extensions=Arabic}]+$/u.test(key) && !/[\p{ASCII}\p{Script=Latin}]/u.test(key);

/**
 * The key of a shortcut. On a keyboard that writes Arabic, Cyrillic, Greek, Hebrew, kana … it is the one that lies where
 * the Latin letter does: most of them have both printed on.
 */
export function keyOf(event: Pressed): string {
  const { key, code = '', shiftKey = false } = event;
  // What a second level writes (µ, €) is no letter of the first.
  if (!isForeign(key) || event.getModifierState?.('AltGraph') === true) return key;
  const [, letter, digit] = /^(?:Key([A-Z])|Digit(\d))$/.exec(code) ?? [];
  if (letter !== undefined) return shiftKey ? letter : letter.toLowerCase();
  return digit ?? signs[code]?.[shiftKey ? 1 : 0] ?? key;
}
