import { useEffect, useState } from 'react';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { firstSaved } from '../gallery/card-state.ts';
import { useInbox } from '../inbox.ts';
import { stripCells } from '../posters/strip-cells.ts';
import { areAlike, type FilmPrint, printOf } from './near-duplicates.ts';
import { type FilmToRead, printsOf } from './prints-of.ts';

export interface Likeness {
  /** 0-based place of the earlier take that it is like. */
  readonly of: number;
  readonly kind: 'same' | 'near';
}

/** For each take the first one before it that has the same bytes, or looks the same. */
export function useLikeness(takes: readonly TaskView[]): readonly (Likeness | null)[] {
  const { client } = useInbox();
  const [prints, setPrints] = useState<ReadonlyMap<string, FilmPrint>>(new Map());

  useEffect(() => {
    const ending = new AbortController();
    const read = async () => {
      const wanted = takes.flatMap((task): FilmToRead[] => {
        const saved = firstSaved(task);
        if (saved === null) return [];
        const { preview, durationSeconds, sha256 } = saved.video;
        if (preview === undefined || durationSeconds === null || sha256 === null || prints.has(sha256)) return [];
        const url = client.stripUrl(task.key, saved.n, preview);
        return [{ sha256, read: () => printOf(url, durationSeconds, stripCells.columns, stripCells.rows) }];
      });
      for await (const [sha256, print] of printsOf(wanted, ending.signal)) {
        setPrints((known) => new Map(known).set(sha256, print));
      }
    };
    void read();
    return () => ending.abort();
  }, [takes, prints, client]);

  return takes.map((task, i) => {
    const sha256 = firstSaved(task)?.video.sha256 ?? null;
    if (sha256 === null) return null;
    for (let of = 0; of < i; of += 1) {
      const other = takes[of];
      const otherHash = other === undefined ? null : (firstSaved(other)?.video.sha256 ?? null);
      if (otherHash === null) continue;
      if (otherHash === sha256) return { of, kind: 'same' };
      const [a, b] = [prints.get(sha256), prints.get(otherHash)];
      if (a !== undefined && b !== undefined && areAlike(a, b)) return { of, kind: 'near' };
    }
    return null;
  });
}
