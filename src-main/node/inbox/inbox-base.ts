/** What every side of the inbox stands on. */
import type { InboxEvent } from '../../common/contract.ts';
import type { Closers } from '../closers.ts';
import type { Config } from '../config.ts';
import type { DataDir } from '../data-dir.ts';
import type { Log } from '../log/log.ts';
import type { Outgoing } from '../outgoing/outgoing.ts';
import type { Secrets } from '../settings/secrets.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { ToldTime } from '../told-time.ts';

export interface InboxBase {
  readonly config: Config;
  readonly dir: DataDir;
  readonly settings: SettingsStore;
  readonly secrets: Secrets;
  /** Each side adds what it opens: closed are the last ones first. */
  readonly closers: Pick<Closers, 'add'>;
  /** Tells all pages and windows. */
  readonly publish: (event: InboxEvent) => void;
  readonly now: () => Date;
  readonly toldTime: ToldTime;
  /** The way to others. */
  readonly outgoing: Outgoing;
  readonly log: Log;
}
