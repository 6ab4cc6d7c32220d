/** What a copy keeps of the inbox elsewhere: which one it is, and how far both have told each other. `twin.json`. */
import { existsSync } from 'node:fs';
import { Low } from 'lowdb';
import type { TunnelStatus } from '../../common/status.ts';
import { createSyncedJsonAdapter, type JsonFormat } from '../storage/synced-json-adapter.ts';
import { createTurns } from '../storage/turns.ts';
import type { RemoteInbox } from './twin-client.ts';

export interface TwinState {
  /** The other's id; `null` until it has told. Of machines that share a log, that of the first. */
  readonly node: string | null;
  /** The log that it shares with others; `null` where it shares none. */
  readonly log: string | null;
  /** False since it was started as an inbox of its own again. */
  readonly isCopy: boolean;
  readonly cursor: string | null;
  /** Of the log here: behind it may stand events that the cursor does not know. */
  readonly here: string | null;
  /** Of the log here: marks up to it have arrived. */
  readonly sent: string | null;
  readonly tunnel: TunnelStatus | null;
  /** The last starts of this copy: what is done here behind event `after` has its numbers under this id. */
  readonly runs: readonly TwinRun[];
  /** Tasks that came from the other and that it has lost: it was set back to an older state. */
  readonly onlyHere: readonly string[];
  /** Tasks with a mark of this copy that the other refused. */
  readonly notTaken: readonly string[];
  /** Tasks that came while this was no copy, and that the other does not have. */
  readonly own: readonly string[];
  /** Of each kind of event there that this version cannot read, one. */
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  /** What kept it from being read. */
  readonly kind: string;
  /** As it came, where it is short. */
  readonly event: unknown;
}

export interface TwinRun {
  readonly after: number;
  readonly node: string;
}

const nothing: TwinState = {
  node: null,
  log: null,
  isCopy: true,
  cursor: null,
  here: null,
  sent: null,
  tunnel: null,
  runs: [],
  onlyHere: [],
  notTaken: [],
  leftOut: [],
  own: [],
};

export interface TwinStateStore {
  readonly data: TwinState;
  /** Resolves once it is on disk; changes go there in the order in which they are handed in. */
  save(change: Partial<TwinState>): Promise<void>;
}

/** Nothing is known where there is no such file. */
export async function openTwinState(file: string): Promise<TwinStateStore> {
  const store = new Low<TwinState>(createSyncedJsonAdapter(file, format), nothing);
  await store.read();
  const takeTurn = createTurns();
  return {
    get data() {
      return store.data;
    },
    save: (change) =>
      takeTurn(async () => {
        store.data = { ...store.data, ...change };
        await store.write();
      }),
  };
}

/** Whether the inbox that answers is the one of which this library is a copy, if it is one. */
export function isTheSame({ node, log }: Pick<TwinState, 'node' | 'log'>, there: RemoteInbox): boolean {
  return node === null || node === there.node || (log !== null && log === there.log);
}

/** Whether this library is a copy, and was no inbox of its own since. */
export async function isCopy(file: string): Promise<boolean> {
  return existsSync(file) && (await openTwinState(file)).data.isCopy;
}

/** This library is an inbox of its own, whatever it was before. */
export async function noteOwn(file: string): Promise<void> {
  if (!existsSync(file)) return;
  const state = await openTwinState(file);
  if (state.data.isCopy) await state.save({ isCopy: false });
}

const format: JsonFormat<TwinState> = {
  parse(value) {
    const kept = (typeof value === 'object' && value !== null ? value : {}) as Partial<TwinState>;
    const list = (part: unknown): readonly unknown[] => (Array.isArray(part) ? (part as readonly unknown[]) : []);
    const text = (part: unknown): string | null => (typeof part === 'string' ? part : null);
    return {
      node: text(kept.node),
      log: text(kept.log),
      isCopy: kept.isCopy !== false,
      cursor: text(kept.cursor),
      here: text(kept.here),
      sent: text(kept.sent),
      tunnel: typeof kept.tunnel?.callbackUrl === 'string' ? kept.tunnel : null,
      runs: list(kept.runs).filter(isRun),
      onlyHere: list(kept.onlyHere).filter((key) => typeof key === 'string'),
      notTaken: list(kept.notTaken).filter((key) => typeof key === 'string'),
      own: list(kept.own).filter((key) => typeof key === 'string'),
      leftOut: list(kept.leftOut).filter(isLeftOut),
    };
  },
  serialize: (state) => ({ version: 1, ...state }),
};

function isRun(value: unknown): value is TwinRun {
  const { after, node } = (typeof value === 'object' && value !== null ? value : {}) as Partial<TwinRun>;
  return typeof after === 'number' && typeof node === 'string';
}

function isLeftOut(value: unknown): value is LeftOut {
  return (
    typeof value === 'object' && value !== null && 'event' in value && 'kind' in value && typeof value.kind === 'string'
  );
}
