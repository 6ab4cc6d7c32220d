/** Work that gives others a turn wherever it yields; its result is what it returns. */
export type InTurns<T> = Generator<undefined, T, undefined>;

/** For whoever cannot wait. @throws what it throws */
export function atOnce<T>(work: InTurns<T>): T {
  for (let step = work.next(); ; step = work.next()) if (step.done === true) return step.value;
}

const matchesInTurn = 1024;

/** As `String.prototype.replace` does it; `pattern` has the flag `g`, and matches at least one sign. */
export function* replacedInTurns(
  text: string,
  pattern: RegExp,
  replacement: (match: RegExpExecArray) => string,
): InTurns<string> {
  let replaced = '';
  let done = 0;
  let count = 0;
  for (const match of text.matchAll(pattern)) {
    replaced += text.slice(done, match.index) + replacement(match);
    done = match.index + match[0].length;
    count += 1;
    if (count % matchesInTurn === 0) yield;
  }
  return replaced + text.slice(done);
}
