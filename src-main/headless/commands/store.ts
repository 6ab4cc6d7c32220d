/** `store move --to URL|disk`: brings all videos to a shelf on S3, or back to the data dir. */
import path from 'node:path';
import { InboxError } from '../../common/errors.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import { sharedTexts } from '../../common/texts/en-shared.ts';
import { twinTexts } from '../../common/texts/en-sync.ts';
import { storeTexts } from '../../common/texts/en-store.ts';
import { nonEmpty, type Environment } from '../../node/config-values.ts';
import type { DataDir } from '../../node/data-dir.ts';
import { readKept } from '../../node/shared-log/shared-file.ts';
import { isCopy } from '../../node/sync/twin-state.ts';
import { openSyncIdentity } from '../../node/sync/sync-identity.ts';
import { createDiskStore } from '../../node/video-store/disk-store.ts';
import { filesOf } from '../../node/video-store/file-places.ts';
import { moveStore } from '../../node/video-store/move-store.ts';
import { openShelf } from '../../node/video-store/open-store.ts';
import { shelfLibraryOf, type ShelfLibrary, type VideoStore } from '../../node/video-store/video-store.ts';
import { readAllTasks } from '../all-tasks.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { outgoingOf } from '../folder-outgoing.ts';
import { inKnownFolder } from '../offline-folder.ts';

const told = 1000;

/** Who the library of this folder is to others on the same shelf. */
async function libraryIn(dir: DataDir, env: Environment): Promise<ShelfLibrary> {
  const { node } = await openSyncIdentity(dir.syncFile);
  const isShared = nonEmpty(env['VIDEO_INBOX_DATABASE_URL']) !== null;
  return shelfLibraryOf(node, isShared ? ((await readKept(dir.sharedFile))?.identity.id ?? null) : null);
}

/** All is in its new place by then. @returns whether nothing that nobody names is left on the shelf. */
async function left(shelf: VideoStore, library: ShelfLibrary): Promise<boolean> {
  try {
    return (await shelf.leave?.(library)) ?? true;
  } catch (error) {
    if (error instanceof InboxError) return false;
    throw error;
  }
}

export const runStore: Command = async ([verb, ...args], terminal) => {
  if (verb !== 'move') throw new InboxError('bad-request', commandTexts.storeUsage);
  const flags = readCommandFlags(args, terminal, { to: { type: 'string' } });
  const to = flags.text('to');
  if (to === null) throw new InboxError('bad-request', commandTexts.storeUsage);
  const shelfUrl = to === 'disk' ? (terminal.env['VIDEO_INBOX_STORE_URL'] ?? null) : to;
  if (shelfUrl === null || shelfUrl === '') throw new InboxError('bad-request', commandTexts.noShelf);
  // A running inbox would go on saving to the old place.
  return inKnownFolder(flags.dataDir, async (dir) => {
    // Its names on a shelf are those of the inbox that it follows.
    if (await isCopy(dir.twinFile)) throw new InboxError('conflict', twinTexts.notHere);
    // Compared with what the shelf itself has, not with what this machine keeps of it.
    const shelf = await openShelf(dir.root, shelfUrl, {
      env: terminal.env,
      outgoing: await outgoingOf(dir, terminal.env),
      cacheBytes: 0,
    });
    const disk = createDiskStore(dir.root);
    const { tasks, machines } = await readAllTasks(dir, terminal.env);
    if (machines.length > 0) throw new InboxError('conflict', sharedTexts.machinesRun(machines.join(', ')));
    const ours = new Set(tasks.flatMap(filesOf).flatMap((name) => [name, `trash/${name}`]));
    const sums = new Map(
      tasks.flatMap(({ videos }) => videos.map(({ path: file, sha256 }) => [file, sha256] as const)),
    );
    const sha256Of = (name: string): string | null => sums.get(name.replace(/^trash\//, '')) ?? null;
    let files = 0;
    let bytes = 0;
    let toldMs = performance.now();
    const report = await moveStore({
      ...(to === 'disk' ? { from: shelf, to: disk, isOurs: (name) => ours.has(name) } : { from: disk, to: shelf }),
      sha256Of,
      transitDir: path.join(dir.root, 'transit'),
      onFile(_name, sizeBytes) {
        files += 1;
        bytes += sizeBytes;
        if (performance.now() - toldMs < told) return;
        toldMs = performance.now();
        terminal.err(storeTexts.progress(files, bytes));
      },
    });
    terminal.err(storeTexts.moved(report.files, report.wereThere));
    if (report.left > 0) terminal.err(storeTexts.left(report.left));
    // One that was started since, or was frozen and counted as stopped.
    const { machines: since } = await readAllTasks(dir, terminal.env);
    if (since.length > 0) throw new InboxError('conflict', sharedTexts.machinesRunAgain(since.join(', ')));
    if (to === 'disk' && !(await left(shelf, await libraryIn(dir, terminal.env)))) terminal.err(storeTexts.bytesLeft);
    terminal.err(to === 'disk' ? storeTexts.useDisk : storeTexts.useShelf);
    return 0;
  });
};
