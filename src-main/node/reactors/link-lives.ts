/**
 * How long links really live: learned per provider from those that died before their documented end, and from those
 * that still gave the film after it. Made of the tasks' histories alone, so that every start learns the same.
 */
import { endOfLink } from '../../common/links.ts';
import type { HistoryEntry, Task } from '../../common/model.ts';

export interface LinkLives {
  /** What the last entry of a task's history tells. */
  learn(task: Task, entry: HistoryEntry): void;
  /** All that a task's history tells. */
  learnAll(task: Task): void;
  /** When what the task was promised is gone, as best is known; ISO time, `null` = not known. */
  endOf(task: Task): string | null;
}

/** Until then a file that is not there is most likely not there yet. */
const lateMs = 10 * 60_000;
const kept = 31;
const enough = 3;

interface Seen {
  /** Ages in ms at which links were found dead. */
  readonly dead: number[];
  /** Ages at which they gave the film. */
  readonly alive: number[];
  /** Those of them that were beyond what was said of that very link. */
  readonly late: number[];
}

export function createLinkLives(): LinkLives {
  const seen = new Map<string, Seen>();

  function note(provider: string, kind: keyof Seen, ageMs: number): void {
    const known = seen.get(provider) ?? { dead: [], alive: [], late: [] };
    seen.set(provider, known);
    known[kind].push(ageMs);
    if (known[kind].length > kept) known[kind].shift();
  }

  /** @param ruleMs the documented life; `null` = nothing is said. */
  function lifeOf(provider: string, ruleMs: number | null): number | null {
    const { dead = [], alive = [], late = [] } = seen.get(provider) ?? {};
    const early = dead.filter((age) => ruleMs === null || age < ruleMs).toSorted((a, b) => a - b);
    // Not the very first: one that was taken down, or misread, teaches nothing of the others.
    const life = early[1];
    if (life !== undefined && early.length >= enough && alive.filter((age) => age > life).length < early.length) {
      return life;
    }
    if (ruleMs === null) return null;
    const beyond = late.filter((age) => age > ruleMs).toSorted((a, b) => a - b);
    const isSure = beyond.length >= enough && early.length === 0;
    return isSure ? (beyond[Math.floor(beyond.length / 2)] ?? null) : null;
  }

  function learn(task: Task, entry: HistoryEntry): void {
    const told = toldAt(task, task.history.indexOf(entry));
    const ageMs = Date.parse(entry.at) - told;
    if (!(ageMs > 0)) return;
    if (entry.kind === 'saved') {
      note(task.provider, 'alive', ageMs);
      const ruleMs = ruleOf(task, told);
      if (ruleMs !== null && ruleMs > 0 && ageMs > ruleMs) note(task.provider, 'late', ageMs);
    }
    const isDead =
      (entry.kind === 'failed' && (entry.code === 'gone' || entry.code === 'forbidden')) ||
      (entry.kind === 'link' && (entry.code === 'record' || entry.code === 'provider'));
    if (isDead && ageMs >= lateMs) note(task.provider, 'dead', ageMs);
  }

  return {
    learn,
    learnAll(task) {
      for (const entry of task.history) learn(task, entry);
    },
    endOf(task) {
      const { provider, expiresAt, state, history, videos } = task;
      // Of nearly all there is nothing but the rule.
      if (state !== 'succeeded' || !seen.has(provider)) return expiresAt;
      const told = toldAt(task, history.length);
      const ruleMs = ruleOf(task, told);
      const lifeMs = lifeOf(provider, ruleMs);
      if (lifeMs === null) return expiresAt;
      // What a link says of itself is looked at by the store that gave it: others that lived longer prove nothing for it.
      const saysItself = ruleMs !== null && videos.some(({ url }) => endOfLink(url, told) !== null);
      return saysItself && lifeMs > ruleMs ? expiresAt : new Date(told + lifeMs).toISOString();
    },
  };
}

/** The documented life in ms, negative for a link that was dead when it came; `null` = nothing is said. */
function ruleOf({ expiresAt }: Task, told: number): number | null {
  return expiresAt === null ? null : Date.parse(expiresAt) - told;
}

const tellsLinks: ReadonlySet<string> = new Set(['callback', 'repeat', 'conflict', 'late', 'asked', 'link']);

/** When the links were last told of, in ms, before the nth entry of the history. */
function toldAt({ history, receivedAt }: Task, before: number): number {
  const told = history.slice(0, Math.max(0, before)).findLast(({ kind }) => tellsLinks.has(kind));
  return Date.parse(told?.at ?? receivedAt);
}
