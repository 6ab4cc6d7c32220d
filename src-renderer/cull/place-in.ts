/** Where the turn is: a take that is not among those that are shown any more gives it to the next one, the last to the one before. */
export function placeIn<T extends { readonly key: string }>(
  shown: readonly T[],
  takes: readonly T[],
  key: string,
): number {
  const rest = takes.slice(
    Math.max(
      0,
      takes.findIndex((task) => task.key === key),
    ),
  );
  const next = rest.find((task) => shown.includes(task));
  return next === undefined ? Math.max(0, shown.length - 1) : shown.indexOf(next);
}
