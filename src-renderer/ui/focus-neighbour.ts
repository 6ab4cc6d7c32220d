/**
 * Whoever takes an entry of a list away goes on at the next one, else at the one before it; a focus on what is gone is
 * nowhere, and the next Tab would begin at the top of the page.
 * @param within the button that was pressed, in a list item
 * @param selector what takes the focus in the neighbour
 * @param otherwise takes it where there is no neighbour, else what stands nearest to the entry
 */
export function focusNeighbour(within: Element, selector: string, otherwise?: HTMLElement | null): void {
  const entry = within.closest('li');
  const next = [entry?.nextElementSibling, entry?.previousElementSibling]
    .map((neighbour) => neighbour?.querySelector<HTMLElement>(selector))
    .find((found) => found instanceof HTMLElement);
  (next ?? otherwise ?? nearestFirst(within).find((each) => entry?.contains(each) !== true))?.focus();
}

/** What else can have the focus where `from` had it and goes: itself, what is beside it, behind it, before it. */
export function nearestFirst(from: Element | null): readonly HTMLElement[] {
  if (!(from instanceof HTMLElement) || from === document.body) return [];
  const all = [...(from.closest('main') ?? document).querySelectorAll<HTMLElement>('button, a[href], input, select')];
  const at = all.indexOf(from);
  const beside = all.filter(({ parentElement }) => parentElement === from.parentElement);
  return [from, ...beside, ...all.slice(at + 1), ...all.slice(0, Math.max(0, at)).reverse()];
}
