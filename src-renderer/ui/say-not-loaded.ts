import { texts } from '../texts/texts.ts';

let askers = 0;
let said: HTMLElement | null = null;

/** A file of the page does not come, so nothing may be here that could say it any better. @returns takes it away. */
export function sayNotLoaded(): () => void {
  askers += 1;
  if (said === null) {
    const again = document.createElement('button');
    again.textContent = texts.common.reload;
    again.addEventListener('click', () => window.location.reload());
    said = document.createElement('p');
    said.className = 'not-loaded';
    said.role = 'alert';
    said.append(texts.errors.notLoaded, ' ', again);
    // Above what there is without it.
    document.body.prepend(said);
  }
  return () => {
    askers -= 1;
    if (askers > 0) return;
    said?.remove();
    said = null;
  };
}
