/** Whether what arrives can be kept, as the event log tells it and as everyone who shows it to a person knows it. */

export type StorageState = 'ok' | 'full' | 'gone' | 'slow';

/** Callbacks are stored as ever; what they name may find no room. */
export type RoomCode =
  /** Not even what downloads leave free is: `limitBytes`. */
  | 'downloads-wait'
  /** The same, and other machines that share the library have room: `limitBytes`. */
  | 'downloads-elsewhere'
  /** No more is left for downloads than they leave free: `limitBytes`. */
  | 'disk-filling';

/** Callbacks are stored as ever; something that was is gone. */
export type NoteCode =
  /** Another program cut or removed a file of the journal while it was open: `folder`. Said until the inbox ends. */
  'journal-cut';

export type StorageCode =
  | 'disk-full'
  /** Something can be written yet, but less is left than callbacks may use: `bytes`, of `limitBytes`. */
  | 'disk-low'
  /** The folder, or the file that is written to, is not where it was; nothing is there, or nothing that may be used. */
  | 'folder-missing'
  /** It was renamed or moved while we had it open; it is still on disk, elsewhere. */
  | 'folder-moved'
  /** Another process has opened the same log since, or an older copy was put in its place. */
  | 'other-writer'
  | 'unwritable'
  | 'slow-disk'
  /** The database that several machines share does not answer. */
  | 'database-away'
  /** The same, or it takes nothing, where what arrives is stored on this machine as well. */
  | 'database-behind'
  /** Its disk is, and not that of this machine. */
  | 'database-full'
  /** It answers, and takes nothing. */
  | 'database-refuses'
  /** It is another one than at the start: restored, or an older standby took its place. */
  | 'database-replaced';

export interface StorageHealth {
  readonly state: StorageState;
  /** `null` where all is well. */
  readonly code: StorageCode | RoomCode | NoteCode | null;
  /** `folder`; `reason`, the system's own code such as `EIO`; `seconds`. */
  readonly params: Readonly<Record<string, string | number>>;
}

export const healthyStorage: StorageHealth = { state: 'ok', code: null, params: {} };

export const stateOfCode: Readonly<Record<StorageCode | RoomCode | NoteCode, StorageState>> = {
  'journal-cut': 'ok',
  'downloads-wait': 'ok',
  'downloads-elsewhere': 'ok',
  'disk-filling': 'ok',
  'disk-full': 'full',
  'disk-low': 'full',
  'folder-missing': 'gone',
  'folder-moved': 'gone',
  'other-writer': 'gone',
  unwritable: 'gone',
  'slow-disk': 'slow',
  'database-away': 'gone',
  'database-behind': 'gone',
  'database-full': 'full',
  'database-refuses': 'gone',
  'database-replaced': 'gone',
};
