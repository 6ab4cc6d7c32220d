/** What acts on nothing: the ports of task reactors for a test that is about some of them. */
import type { TaskReactorPorts } from '../../src-main/node/inbox/task-reactors.ts';
import { createLinkLives } from '../../src-main/node/reactors/link-lives.ts';

const unused = (): undefined => undefined;

export function idleReactorPorts(): TaskReactorPorts {
  return {
    library: { newestFirst: () => [], newestInTurns: () => [], renew: () => Promise.resolve(null) },
    loop: {
      onChange: unused,
      corrected: unused,
      holds: () => false,
      start: () => Promise.resolve(),
      lives: createLinkLives(),
      client: { hasKey: () => false },
    },
    hooks: { onChange: unused, catchUp: () => Promise.resolve() },
    digest: { begin: unused, onChange: unused },
    plan: { consider: unused },
    looks: { onChange: unused, catchUp: () => Promise.resolve() },
    retryNow: unused,
    archive: { consider: unused, dropped: unused },
    now: Date.now,
    expiry: { consider: unused, forget: unused },
    acts: { restore: () => Promise.resolve({ keys: [] }) },
    removals: { left: () => Promise.resolve(), takeUp: () => Promise.resolve() },
    sweepFilms: unused,
    changed: unused,
    onTrouble: unused,
  };
}
