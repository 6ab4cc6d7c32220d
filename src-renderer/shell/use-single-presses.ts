import { useEffect } from 'react';

/** What a press is meant for: the control, or what was pressed where there is none. */
const meantBy = (event: Event): EventTarget | undefined =>
  event.composedPath().find((each) => each instanceof Element && each.matches('a, button, label, summary, input')) ??
  event.composedPath()[0];

const isThere = (each: EventTarget | undefined): boolean =>
  each instanceof Element && each.isConnected && each.closest('[inert]') === null;

/** The second press of a double click is not for what came to its place with the first: a film, a button, the next card. */
export function useSinglePresses(): void {
  useEffect(() => {
    let pressed: EventTarget | undefined;
    const onPress = (event: MouseEvent): void => {
      if (event.detail > 1 && !isThere(pressed)) {
        event.preventDefault();
        event.stopPropagation();
      } else if (event.type === 'click') pressed = meantBy(event);
    };
    window.addEventListener('click', onPress, true);
    window.addEventListener('dblclick', onPress, true);
    return () => {
      window.removeEventListener('click', onPress, true);
      window.removeEventListener('dblclick', onPress, true);
    };
  }, []);
}
