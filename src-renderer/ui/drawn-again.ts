/**
 * What had the focus, as it is drawn by now: films that arrive push a card into another row, where it is another element.
 * @returns the card that has the turn where that one is not in sight any more; `null` for what is gone and was no card
 */
export function drawnAgain(from: HTMLElement | null): HTMLElement | null {
  if (from === null || from.isConnected) return from;
  if (from.dataset['open'] === undefined) return null;
  const links = [...document.querySelectorAll<HTMLElement>('[data-task] [data-open]')];
  const same = links.find((link) => link.getAttribute('href') === from.getAttribute('href'));
  return same ?? links.find(({ tabIndex }) => tabIndex === 0) ?? null;
}
