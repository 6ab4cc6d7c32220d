/** What a log tells about its storage, and who wants to know. */
import { InboxError } from '../../common/errors.ts';
import {
  healthyStorage,
  stateOfCode,
  type NoteCode,
  type StorageCode,
  type StorageHealth,
} from '../../common/storage-health.ts';
import { storageAnswers } from '../../common/texts/en-storage.ts';
import type { Log } from '../log/log.ts';

/** Nothing could be stored, and why. */
export class StorageFault extends Error {
  readonly code: StorageCode;
  readonly params: StorageHealth['params'];

  constructor(code: StorageCode, params: StorageHealth['params'], options?: { readonly cause?: unknown }) {
    super(`nothing could be stored: ${code}`, options);
    this.name = 'StorageFault';
    this.code = code;
    this.params = params;
  }

  /** For whoever wanted something stored. */
  toInboxError(): InboxError {
    return new InboxError('storage-failed', storageAnswers[this.code], { cause: this });
  }
}

export interface HealthWatch {
  current(): StorageHealth;
  isWell(): boolean;
  /** @param code `null`: what arrives is stored. */
  set(code: StorageCode | null, params?: StorageHealth['params']): void;
  /** What is told from then on wherever all is well otherwise. */
  note(code: NoteCode, params: StorageHealth['params']): void;
  /** @returns the undo. */
  onChange(listener: (health: StorageHealth) => void): () => void;
}

export function createHealthWatch(log: Log): HealthWatch {
  let well = healthyStorage;
  let current = well;
  const listeners = new Set<(health: StorageHealth) => void>();
  function tell(health: StorageHealth): void {
    current = health;
    for (const listener of listeners) {
      try {
        listener(health);
      } catch (error) {
        log.error({ error }, 'a listener for the state of the storage broke');
      }
    }
  }
  return {
    current: () => current,
    isWell: () => current.state === 'ok',
    set(code, params = {}) {
      const health = code === null ? well : { state: stateOfCode[code], code, params };
      if (health.code === current.code) return;
      if (code === null) log.info({}, 'what arrives can be stored again');
      else log.error({ code, ...params }, 'what arrives cannot be stored as it should be');
      tell(health);
    },
    note(code, params) {
      if (well.code === code) return;
      log.error({ code, ...params }, 'something of the library is gone');
      const wasWell = current === well;
      well = { state: stateOfCode[code], code, params };
      if (wasWell) tell(well);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
