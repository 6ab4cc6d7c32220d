/** A copy of an object that lacks some of its fields. */
export function without<T extends object, K extends keyof T>(from: T, ...names: readonly K[]): Omit<T, K> {
  const left = Object.entries(from).filter(([name]) => !names.some((other) => other === name));
  return Object.fromEntries(left) as Omit<T, K>; // these are its other fields
}
