import { useCallback, useMemo, useState } from 'react';
import type { VideoView } from '../../src-main/common/task-view.ts';
import { nameOfTake, type Take } from './use-takes.ts';

/** What the file of a film tells, where the core has not read it. */
export type FilmFacts = Pick<VideoView, 'durationSeconds' | 'width' | 'height' | 'frameRate'>;

interface ToldTakes {
  readonly takes: readonly Take[];
  readonly onFacts: (take: Take, told: Partial<FilmFacts>) => void;
}

/** Takes with what their files told the page. */
export function useFilmFacts(given: readonly Take[]): ToldTakes {
  const [facts, setFacts] = useState<Readonly<Record<string, Partial<FilmFacts>>>>({});
  const takes = useMemo(() => withFacts(given, facts), [given, facts]);
  const onFacts = useCallback((take: Take, told: Partial<FilmFacts>) => {
    const name = nameOfTake(take);
    setFacts((now) => {
      const known: Partial<FilmFacts> = now[name] ?? {};
      const next = { ...known, ...told };
      const isNews = (Object.keys(next) as (keyof FilmFacts)[]).some((field) => known[field] !== next[field]);
      return isNews ? { ...now, [name]: next } : now;
    });
  }, []);
  return { takes, onFacts };
}

/** What is known of them, completed by what their files told the page. */
function withFacts(takes: readonly Take[], facts: Readonly<Record<string, Partial<FilmFacts>>>): readonly Take[] {
  return takes.map((take) => {
    const own = facts[nameOfTake(take)];
    if (own === undefined) return take;
    const { durationSeconds, width, height, frameRate } = take.video;
    return {
      ...take,
      video: {
        ...take.video,
        durationSeconds: durationSeconds ?? own.durationSeconds ?? null,
        width: width ?? own.width ?? null,
        height: height ?? own.height ?? null,
        frameRate: frameRate ?? own.frameRate ?? null,
      },
    };
  });
}
