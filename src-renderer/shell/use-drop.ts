import { useEffect, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { importFilms } from '../store/import-films.ts';

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true;

/** Films that are dropped anywhere on the page come into the library. @returns whether some are held over it. */
export function useDrop(): boolean {
  const { client, notices, describe, format } = useInbox();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const ended = new AbortController();
    const { signal } = ended;
    /** What was taken from this page is in the library: a picture, and on the desktop the film of a card. */
    let isOwn = false;
    const onOver = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      // Else the browser leaves the page for the file.
      event.preventDefault();
      if (!isOwn) setOver(true);
      else if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'none';
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
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
      if (event.relatedTarget === null) setOver(false);
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
  return isOver;
}
