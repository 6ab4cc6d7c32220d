import { texts } from '../texts/texts.ts';

let askers = 0;
let said: HTMLElement | null = null;

/** A file of the page does not come, or broke, so nothing may be here that could say it any better. @returns takes it away. */
export function sayNotLoaded(what?: 'broke'): () => void {
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
  // Nothing takes that back, whatever else comes.
  if (what === 'broke') said.firstChild?.replaceWith(texts.errors.unexpected);
  return () => {
    askers -= 1;
    if (askers > 0) return;
    said?.remove();
    said = null;
  };
}
