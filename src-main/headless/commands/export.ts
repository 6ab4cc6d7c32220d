import { constants } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
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
  const library = await accessLibrary(flags.dataDir);
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
      const copy = await copyAs(path.resolve(flags.dataDir, video.path), to, name);
      if (flags.isSet('metadata')) await writeFile(`${copy}.json`, `${JSON.stringify(told(task, index), null, 2)}\n`);
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

/** Where a name is taken, ` (2)` and so on is put behind it. */
async function copyAs(file: string, folder: string, name: string): Promise<string> {
  for (let n = 1; ; n += 1) {
    const copy = path.resolve(folder, `${name}${n === 1 ? '' : ` (${String(n)})`}${path.extname(file)}`);
    try {
      await copyFile(file, copy, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      return copy;
    } catch (error) {
      if (isErrno(error, ['ENOENT'])) {
        throw new InboxError('not-found', commandTexts.filmGone(file));
      }
      if (!isErrno(error, ['EEXIST'])) throw error;
    }
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
