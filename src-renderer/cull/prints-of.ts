import type { FilmPrint } from './near-duplicates.ts';

export interface FilmToRead {
  readonly sha256: string;
  /** Rejects where its strip cannot be had just now. */
  readonly read: () => Promise<FilmPrint>;
}

/** A strip may be on its way to another place, or the connection away for a while: the last one is taken again and again. */
const pausesMs = [500, 2000, 5000, 15_000, 60_000] as const;

/** Gives each print as it is read. What cannot be read is tried again behind all others, until the end. @param signal ends it. */
export async function* printsOf(
  films: readonly FilmToRead[],
  signal: AbortSignal,
  wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
): AsyncGenerator<readonly [sha256: string, print: FilmPrint], void> {
  let left = films;
  for (let turn = 0; left.length > 0; turn += 1) {
    if (turn > 0) await wait(pausesMs[turn - 1] ?? pausesMs[4]);
    const failed: FilmToRead[] = [];
    for (const film of left) {
      if (signal.aborted) return;
      const print = await film.read().catch(() => null);
      if (print === null) failed.push(film);
      else yield [film.sha256, print];
    }
    left = failed;
  }
}
