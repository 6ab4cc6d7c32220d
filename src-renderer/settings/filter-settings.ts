/**
 * Hides the sections and the rows of the settings that lack a word; a section whose heading has them all stays whole.
 * @returns how many sections are left.
 */
export function filterSettings(root: HTMLElement, text: string): number {
  const words = folded(text).split(/\s+/u).filter(Boolean);
  const has = (element: Element): boolean => {
    const own = folded(element.textContent);
    return words.every((word) => own.includes(word));
  };
  let left = 0;
  for (const section of root.querySelectorAll<HTMLElement>(':scope > section')) {
    const isShown = has(section);
    const heading = section.querySelector('h2');
    const isWhole = heading !== null && has(heading);
    const rows = [...section.querySelectorAll<HTMLElement>('[data-rows] > *')];
    // Words that stand in different rows are found in the section only.
    const isNarrow = isShown && !isWhole && rows.some(has);
    hide(section, !isShown);
    for (const row of rows) hide(row, isNarrow && !has(row));
    left += isShown ? 1 : 0;
  }
  return left;
}

function hide(element: HTMLElement, isHidden: boolean): void {
  if (isHidden) element.dataset['unfound'] = '';
  else delete element.dataset['unfound'];
}

/** Without case and accents. */
const folded = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
