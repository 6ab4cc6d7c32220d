/** Why the database does not take what one of our connections asks for again and again. */
import { isDatabaseRefusal } from './database.ts';

export interface Refusals {
  /** How it went; `null` = it was done. */
  note(error: unknown): void;
  /** Where it answered and refused, or answers for some time already only others of our connections; `null` = it takes it. */
  current(): unknown;
}

/** So long a connection of its own may fail before that is told. */
const patienceMs = 5000;

export function createRefusals(): Refusals {
  let current: unknown = null;
  let failingSince: number | null = null;
  return {
    note(error) {
      failingSince = error === null ? null : (failingSince ?? performance.now());
      const isTold =
        failingSince !== null && (isDatabaseRefusal(error) || performance.now() - failingSince > patienceMs);
      current = isTold ? error : null;
    },
    current: () => current,
  };
}
