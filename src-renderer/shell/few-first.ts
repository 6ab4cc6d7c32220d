/** So many stand in the rail, above what comes below them; two more are not worth a press. */
const few = 12;
const fewEnough = few + 2;

/** The first of a long list, and with them the one where the person is. */
export function fewFirst<T>(all: readonly T[], isCurrent: (one: T) => boolean): readonly T[] {
  return all.length <= fewEnough ? all : all.filter((one, i) => i < few || isCurrent(one));
}
