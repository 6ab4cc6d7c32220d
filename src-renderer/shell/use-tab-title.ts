import { useEffect } from 'react';

/**
 * Names what is opened, for as long as it is.
 * @param onTitle Of the shell, which writes the names of tabs.
 * @param title `null` while it is not known, or another part of the screen tells it.
 */
export function useTabTitle(onTitle: (title: string | null) => void, title: string | null): void {
  useEffect(() => {
    if (title === null) return;
    onTitle(title);
    return () => onTitle(null);
  }, [onTitle, title]);
}
