/** How often everything else had its turn while something ran: never, where it holds the thread from its beginning to its end. */
export async function turnsOfOthers(act: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    if (isOver) return;
    turns += 1;
    setImmediate(count);
  };
  setImmediate(count);
  await act();
  isOver = true;
  return turns;
}
