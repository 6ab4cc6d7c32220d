/** What a log tells about its storage, and who wants to know. */
import { InboxError } from '../../common/errors.ts';
import { healthyStorage, stateOfCode, type StorageCode, type StorageHealth } from '../../common/storage-health.ts';
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
  set(code: StorageCode | null, params?: StorageHealth['params']): void;
  /** @returns the undo. */
  onChange(listener: (health: StorageHealth) => void): () => void;
}

export function createHealthWatch(log: Log): HealthWatch {
  let current = healthyStorage;
  const listeners = new Set<(health: StorageHealth) => void>();
  return {
    current: () => current,
    isWell: () => current.state === 'ok',
    set(code, params = {}) {
      if (code === current.code) return;
      current = code === null ? healthyStorage : { state: stateOfCode[code], code, params };
      if (code === null) log.info({}, 'what arrives can be stored again');
      else log.error({ code, ...params }, 'what arrives cannot be stored as it should be');
      for (const listener of listeners) {
        try {
          listener(current);
        } catch (error) {
          log.error({ error }, 'a listener for the state of the storage broke');
        }
      }
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
