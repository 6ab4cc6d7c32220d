/** Who acts on a change of a task: all of them here, fewer in a copy and where machines share the work. */
import type { InboxEvent } from '../../common/contract.ts';
import type { Closers } from '../closers.ts';
import type { Config } from '../config.ts';
import { sweepInlineFilms } from '../downloads/inline-films.ts';
import type { Log } from '../log/log.ts';
import type { Library } from '../projections/library.ts';
import { createDigest, type DigestKeeper } from '../reactors/digest.ts';
import { createExpiryLedger } from '../reactors/expiry-ledger.ts';
import { createHooks, type Hooks } from '../reactors/hooks.ts';
import { startReactors, type Reactor, type Reactors } from '../reactors/reactors.ts';
import type { Secrets } from '../settings/secrets.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { createClock } from '../tunnel/clock.ts';
import { needsRole, type SharedRights } from './shared-work.ts';
import { taskReactors, type TaskReactorPorts } from './task-reactors.ts';
import type { ToTaskView } from './task-view.ts';

export interface ReactorSidePorts extends Pick<TaskReactorPorts, 'loop' | 'plan' | 'archive' | 'acts' | 'changed'> {
  readonly config: Pick<Config, 'hookCommand' | 'roles'>;
  readonly library: Library;
  readonly settings: Pick<SettingsStore, 'get'>;
  readonly secrets: Pick<Secrets, 'get'>;
  /** What brings videos to a copy; `null` where this is none. */
  readonly twin: { readonly media: Reactor } | null;
  /** `null` where nobody shares the work. */
  readonly turns: { isOurTurn(): boolean } | null;
  readonly rights: Pick<SharedRights, 'keepsInputs'> | null;
  readonly toTaskView: ToTaskView;
  readonly publish: (event: InboxEvent) => void;
  readonly dataDir: string;
  readonly closers: Pick<Closers, 'add'>;
  readonly now: () => Date;
  readonly log: Log;
}

export interface ReactorSide {
  readonly digest: DigestKeeper;
  readonly hooks: Hooks;
  readonly reactors: Reactors;
}

export function openReactorSide(ports: ReactorSidePorts): ReactorSide {
  const { archive, closers, config, library, log, now, rights, secrets, settings, toTaskView, turns, twin } = ports;
  const digest = createDigest(now);
  const hooks = createHooks({
    webhookUrl: () => settings.get().hooks.webhookUrl,
    secret: () => secrets.get('HOOK'),
    command: config.hookCommand,
    toTaskView,
    clock: createClock(),
    log,
  });
  closers.add('hooks', () => hooks.close());
  const expiry = createExpiryLedger({
    clock: createClock(),
    warn(dying) {
      const links = dying.flatMap(({ key, diesAt }) => {
        const task = library.get(key);
        return task === undefined ? [] : [{ task: toTaskView(task), diesAt }];
      });
      log.warn({ links: links.length, first: dying[0] }, 'links of videos that are not saved die soon');
      ports.publish({ name: 'links:dying', data: { links } });
    },
  });
  closers.add('expiry', () => expiry.close());
  const all = taskReactors({
    library,
    loop: ports.loop,
    hooks: {
      onChange(change) {
        if (turns?.isOurTurn() ?? true) hooks.onChange(change);
      },
    },
    digest,
    plan: ports.plan,
    archive: {
      consider(task, urlId) {
        if (rights?.keepsInputs() ?? true) archive.consider(task, urlId);
      },
      dropped: (key) => archive.dropped(key),
    },
    acts: ports.acts,
    sweepFilms: (wanted) => {
      sweepInlineFilms(ports.dataDir, wanted, now().getTime()).catch((error: unknown) =>
        log.warn({ error }, 'films of callbacks that nobody waits for could not be removed'),
      );
    },
    changed: ports.changed,
    now: () => now().getTime(),
    expiry,
    onTrouble: (key, error) => log.error({ error, key }, 'a task could not be taken out of the trash'),
  });
  // The inbox elsewhere asks, downloads and tells others; a copy only shows.
  const isForCopies = ({ name }: Reactor): boolean => name === 'pages' || name === 'digest';
  const isForRoles = ({ name }: Reactor): boolean => needsRole(name, config.roles);
  const reactors = startReactors(
    library,
    twin === null ? all.filter(isForRoles) : [...all.filter(isForCopies), twin.media],
    log,
  );
  closers.add('reactors', () => reactors.stop());
  return { digest, hooks, reactors };
}
