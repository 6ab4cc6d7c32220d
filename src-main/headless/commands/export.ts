import { constants } from 'node:fs';
import { copyFile, mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { InboxError } from '../../common/errors.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import { exportName, usualExportName } from '../../common/export-names.ts';
import type { TaskView } from '../../common/task-view.ts';
import { isErrno } from '../../node/storage/durable-files.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { accessLibrary } from '../library-access.ts';

const options = { to: { type: 'string' }, name: { type: 'string' }, metadata: { type: 'boolean' } } as const;

/** Copies saved videos under readable names, and prints where they are. Nothing that is there is replaced. */
export const runExport: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, options, ['TASK_ID…']);
  const to = flags.text('to');
  if (to === null) throw new InboxError('bad-request', commandTexts.exportWhere);
  const library = await accessLibrary(flags.dataDir, terminal.env);
  const tasks: TaskView[] = [];
  for (const id of flags.positionals) {
    const task = await library.get(id);
    if (task === null) {
      throw new InboxError('not-found', commandTexts.notExported(id));
    }
    tasks.push(task);
  }
  await mkdir(to, { recursive: true });
  let copies = 0;
  for (const task of tasks) {
    for (const [index, video] of task.videos.entries()) {
      if (video.state !== 'saved' || video.path === null) continue;
      const name = exportName(flags.text('name') ?? usualExportName, task, index + 1);
      const bring = async (copy: FileHandle): Promise<void> => {
        const bytes = await library.open(task, index + 1);
        if (bytes === null) throw new InboxError('not-found', isGone(video.path ?? ''));
        await pipeline(bytes, copy.createWriteStream());
      };
      const here = path.resolve(flags.dataDir, video.path);
      const metadata = flags.isSet('metadata') ? `${JSON.stringify(told(task, index), null, 2)}\n` : null;
      const copy = await copyAs({ here, bring, metadata }, to, name);
      terminal.out(copy);
      copies += 1;
    }
  }
  if (copies > 0) return 0;
  terminal.err(
    'None of these has a video on disk yet, so nothing was copied. "video-inbox wait TASK_ID" waits for it.',
  );
  return 2;
};

interface Export {
  /** Where it lies if its store is the data dir. */
  readonly here: string;
  /** Writes it from wherever it is. @throws InboxError where it is gone. */
  readonly bring: (copy: FileHandle) => Promise<void>;
  readonly metadata: string | null;
}

const isGone = (file: string): string =>
  `${file} is not there any more. "video-inbox doctor" tells what else is missing.`;

/** Where a name is taken, or that of what is told beside it, ` (2)` and so on is put behind it. */
async function copyAs({ here, bring, metadata }: Export, folder: string, name: string): Promise<string> {
  for (let n = 1; ; n += 1) {
    const copy = path.resolve(folder, `${name}${n === 1 ? '' : ` (${String(n)})`}${path.extname(here)}`);
    const file = await openNew(copy);
    if (file === null) continue;
    let beside: FileHandle | null = null;
    try {
      if (metadata !== null) {
        beside = await openNew(`${copy}.json`);
        if (beside === null) {
          await rm(copy);
          continue;
        }
      }
      if (!(await isCopied(here, copy))) await bring(file);
      if (metadata !== null) await beside?.writeFile(metadata);
      return copy;
    } catch (error) {
      // Half a film would be taken for a whole one.
      await rm(copy, { force: true });
      if (beside !== null) await rm(`${copy}.json`, { force: true });
      throw error;
    } finally {
      await file.close().catch(() => undefined);
      await beside?.close();
    }
  }
}

/** Without reading it through, where the disk can do that. @returns false where it lies elsewhere. */
async function isCopied(here: string, copy: string): Promise<boolean> {
  try {
    await copyFile(here, copy, constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (isErrno(error, ['ENOENT'])) return false;
    throw error;
  }
}

/** `null` where the name is taken. */
async function openNew(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'wx');
  } catch (error) {
    if (isErrno(error, ['EEXIST'])) return null;
    throw error;
  }
}

function told(task: TaskView, index: number): Record<string, unknown> {
  const { key, provider, taskId, title, prompt, sourceUrl, model, project, tags, receivedAt, credits } = task;
  const video = task.videos[index];
  return {
    ...{ key, provider, taskId, title, prompt, sourceUrl, model, project, tags, receivedAt, credits },
    url: video?.url,
    sha256: video?.sha256,
    sources: task.sources,
  };
}
