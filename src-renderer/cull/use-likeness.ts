import { startTransition, useEffect, useMemo, useRef, useState } from 'react';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { firstSaved } from '../gallery/card-state.ts';
import { useInbox } from '../inbox.ts';
import { stripCells } from '../posters/strip-cells.ts';
import { type FilmPrint, type Likeness, likenessOf, printOf } from './near-duplicates.ts';
import { type FilmToRead, printsOf } from './prints-of.ts';

/** What is looked at of a take: nothing that a judgement changes. */
interface JudgedFilm {
  readonly key: string;
  readonly n: number;
  readonly sha256: string;
  readonly seconds: number | null;
  readonly preview: string | null;
}

/** For each take the first one before it that has the same bytes, or looks the same. */
export function useLikeness(takes: readonly TaskView[]): readonly (Likeness | null)[] {
  const { client } = useInbox();
  const [prints, setPrints] = useState<ReadonlyMap<string, FilmPrint>>(new Map());
  const known = useRef(new Map<string, FilmPrint>());
  // Each key that judges gives other takes with the same films.
  const told = JSON.stringify(takes.map(filmOf));
  const films = useMemo(() => JSON.parse(told) as readonly (JudgedFilm | null)[], [told]);

  useEffect(() => {
    const ending = new AbortController();
    const read = async () => {
      const wanted = films.flatMap((film): FilmToRead[] => {
        if (film === null || known.current.has(film.sha256)) return [];
        const { key, n, sha256, seconds, preview } = film;
        if (preview === null) return [];
        const url = client.stripUrl(key, n, preview);
        return [{ sha256, read: () => printOf(url, seconds, stripCells.columns, stripCells.rows) }];
      });
      for await (const [sha256, print] of printsOf(wanted, ending.signal)) {
        known.current.set(sha256, print);
        // Behind the keys of the person, who does not wait for it.
        startTransition(() => setPrints(new Map(known.current)));
      }
    };
    void read();
    return () => ending.abort();
  }, [films, client]);

  return useMemo(
    () =>
      likenessOf(
        films.map((film) => film?.sha256 ?? null),
        prints,
      ),
    [films, prints],
  );
}

function filmOf(task: TaskView): JudgedFilm | null {
  const saved = firstSaved(task);
  if (saved?.video.sha256 === null || saved === null) return null;
  const { sha256, durationSeconds, preview } = saved.video;
  return { key: task.key, n: saved.n, sha256, seconds: durationSeconds, preview: preview ?? null };
}
