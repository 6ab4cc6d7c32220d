/** A copy of an object that lacks some of its fields. */
export function without<T extends object, K extends keyof T>(from: T, ...names: readonly K[]): Omit<T, K> {
  // Behind each mark and each attempt of a task: lists of names and values in between took five times as long.
  const left: Partial<T> = {};
  for (const name of Object.keys(from) as (keyof T)[]) {
    if (!names.some((other) => other === name)) left[name] = from[name];
  }
  return left as Omit<T, K>; // these are its other fields
}
