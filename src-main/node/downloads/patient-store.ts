/** The store as downloads use it: one elsewhere that does not answer is, like a disk in trouble, tried again until it does. */
import type { VideoStore } from '../video-store/video-store.ts';
import { DownloadFault } from './download-fault.ts';
import { faultOfDisk } from './part-writer.ts';

export function createPatientStore(store: VideoStore): VideoStore {
  const holds = store.holds?.bind(store);
  return {
    ...store,
    put: (file, name, isAnew) => store.put(file, name, isAnew).catch(fail),
    write: (name, content) => store.write(name, content).catch(fail),
    stat: (name) => store.stat(name).catch(fail),
    open: (name, range) => store.open(name, range).catch(fail),
    remove: (name) => store.remove(name).catch(fail),
    ...(holds === undefined ? {} : { holds: (name: string) => holds(name).catch(fail) }),
  };
}

/** Of S3, undici or TLS; what has no code, or says that the call was wrong, is a fault of ours. */
function fail(error: unknown): never {
  const code = error instanceof Error ? codeOf(error) : null;
  if (faultOfDisk(error) !== null || code === null || /^(?:ERR|UND_ERR)_(?:INVALID|OUT_OF)/.test(code)) throw error;
  throw new DownloadFault({ reason: 'disk-error', errno: code }, { cause: error, isOfStore: true });
}

/** A server's own word says more than ours for it. */
function codeOf(error: Error): string | null {
  const code = 'word' in error ? error.word : 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}
