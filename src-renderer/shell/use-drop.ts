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
    const onOver = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      // Else the browser leaves the page for the file.
      event.preventDefault();
      setOver(true);
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
      if (!hasFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      void importFilms([...(event.dataTransfer?.files ?? [])], {
        bring: (file) => client.bringSource(file, () => undefined),
        add: (path) => client.call('tasks:import', path),
        notify: (notice) => notices.post(notice),
        describe,
        showNumber: (n) => format.number(n),
      });
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    window.addEventListener('dragover', onOver, { signal });
    window.addEventListener('drop', onDrop, { signal });
    window.addEventListener('dragleave', onLeave, { signal });
    return () => ended.abort();
  }, [client, notices, describe, format]);
  return isOver;
}
