/** What a take is called: A, B … Z, AA, AB … */
export function letterOf(i: number): string {
  const letter = String.fromCharCode(65 + (i % 26));
  return i < 26 ? letter : letterOf(Math.floor(i / 26) - 1) + letter;
}

export interface NamedFilm {
  /** Name of the film. */
  readonly film: string;
  /** Key of its task. */
  readonly task: string;
  /** Whether it is the film by which its task is chosen among takes. */
  readonly isFirst: boolean;
  /** 1-based number of the video. */
  readonly n: number;
}

/**
 * What films are called that are compared: by the place of their task among the takes of one prompt, so that a take has
 * one letter wherever it is looked at; films that a task has besides have their number behind it. What is not from one
 * stack, and the films of a single task, are counted as they stand.
 * @param stack keys of the tasks, oldest first.
 * @param known by the film's name; what was told stays.
 */
export function lettersOf(
  films: readonly NamedFilm[],
  stack: readonly string[],
  known: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const isStack = stack.length > 1 && films.every(({ task }) => stack.includes(task));
  const letters = new Map<string, string>();
  for (const { film } of films) {
    const letter = known.get(film);
    if (letter !== undefined) letters.set(film, letter);
  }
  const taken = new Set(letters.values());
  films.forEach(({ film, task, isFirst, n }, i) => {
    if (letters.has(film)) return;
    const behind = isStack && !isFirst ? String(n) : '';
    let at = isStack ? stack.indexOf(task) : i;
    while (taken.has(letterOf(at) + behind)) at += 1;
    taken.add(letterOf(at) + behind);
    letters.set(film, letterOf(at) + behind);
  });
  return letters;
}
