import { texts } from '../texts/texts.ts';

const isApple = (userAgent: string): boolean => /Macintosh|iPhone|iPad/.test(userAgent);

const arrows: Readonly<Record<string, string>> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' };

/**
 * What is printed on the keys of a shortcut, as the person's machine and language have it: `Ctrl Z`, on a Mac `⌘ Z`.
 * @param shortcut Names of keys as events have them, the command key being `Control`: `Control+Z`, `Shift+ArrowLeft`, `?`.
 */
export function keyNames(shortcut: string, userAgent = navigator.userAgent): string {
  const { keys: words } = texts;
  const names: Readonly<Record<string, string>> = {
    ...arrows,
    Control: isApple(userAgent) ? '⌘' : 'Ctrl',
    Shift: words.shift,
    Space: words.space,
    Enter: words.enter,
    Escape: words.escape,
    Backspace: words.backspace,
    Home: words.home,
    End: words.end,
    PageUp: words.pageUp,
    PageDown: words.pageDown,
  };
  return shortcut
    .split('+')
    .map((key) => names[key] ?? key)
    .join(' ');
}

/** The same for `aria-keyshortcuts`, which knows keys by these names in every language. */
export const ariaKeys = (shortcut: string, userAgent = navigator.userAgent): string =>
  isApple(userAgent) ? shortcut.replace('Control', 'Meta') : shortcut;
