/** Work that gives others a turn wherever it yields; its result is what it returns. */
export type InTurns<T> = Generator<undefined, T, undefined>;

/** For whoever cannot wait. @throws what it throws */
export function atOnce<T>(work: InTurns<T>): T {
  for (let step = work.next(); ; step = work.next()) if (step.done === true) return step.value;
}
