/** Runs tasks one after the other, in the order in which they were handed in. */
export type Turns = <T>(task: () => Promise<T>) => Promise<T>;

/** One that fails is told to whoever handed it in; the next one comes all the same. */
export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(task);
    last = turn.catch(() => undefined);
    return turn;
  };
}
