import { useEffect, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { importFilms } from '../store/import-films.ts';

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true;

/** What becomes of the films that are held over the page. */
export type DropGoal = 'library' | 'attach';

/** On what is marked so a film is attached, by the one who marked it. */
const goalOf = ({ target, dataTransfer }: DragEvent): DropGoal =>
  dataTransfer?.items.length === 1 && target instanceof Element && target.closest('[data-attach]') !== null
    ? 'attach'
    : 'library';

/** Films that are dropped anywhere on the page come into the library. @returns `null` while none are held over it. */
export function useDrop(): DropGoal | null {
  const { client, notices, describe, format } = useInbox();
  const [goal, setGoal] = useState<DropGoal | null>(null);
  useEffect(() => {
    const ended = new AbortController();
    const { signal } = ended;
    /** What was taken from this page is in the library: a picture, and on the desktop the film of a card. */
    let isOwn = false;
    const onOver = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      // Else the browser leaves the page for the file.
      event.preventDefault();
      if (!isOwn) setGoal(goalOf(event));
      else if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'none';
    };
    const onDrop = (event: DragEvent): void => {
      setGoal(null);
      if (!hasFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      if (isOwn) return;
      void importFilms([...(event.dataTransfer?.files ?? [])], {
        bring: (file, tell, signal) => client.bringSource(file, tell, signal),
        add: (path) => client.call('tasks:import', path),
        notify: (notice) => notices.post(notice),
        describe,
        showNumber: (n) => format.number(n),
        showPart: (part) => format.percent(part),
      });
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setGoal(null);
    };
    const onPointer = (event: PointerEvent): void => {
      if (event.buttons === 0) isOwn = false;
    };
    window.addEventListener('dragstart', () => (isOwn = true), { signal });
    // The system's own drag of a file has no end here; no pointer moves while it lasts.
    window.addEventListener('pointermove', onPointer, { signal });
    for (const end of ['dragend', 'pointerdown', 'blur'])
      window.addEventListener(end, () => (isOwn = false), { signal });
    window.addEventListener('dragover', onOver, { signal });
    window.addEventListener('drop', onDrop, { signal });
    window.addEventListener('dragleave', onLeave, { signal });
    return () => ended.abort();
  }, [client, notices, describe, format]);
  return goal;
}
