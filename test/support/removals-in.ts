/** What removes the files of tasks, as the program opens it over a library in `dir`. */
import path from 'node:path';
import { openRemovals, type RemovalPorts, type Removals } from '../../src-main/node/inbox/acts/removals.ts';
import { silentLog } from '../../src-main/node/log/log.ts';
import { createDiskStore } from '../../src-main/node/video-store/disk-store.ts';
import { createFilePlaces } from '../../src-main/node/video-store/file-places.ts';

export function removalsIn(dir: string, ports: Pick<RemovalPorts, 'library'> & Partial<RemovalPorts>): Removals {
  const places = createFilePlaces(createDiskStore(dir));
  return openRemovals({ file: path.join(dir, 'removals.json'), places, log: silentLog, ...ports });
}
