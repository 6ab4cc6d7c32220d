import path from 'node:path';
import { InboxError } from '../../common/errors.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import type { Attempt } from '../../common/model.ts';
import type { TaskView } from '../../common/task-view.ts';
import { providerName } from '../../common/providers/catalog.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { formatBytes, formatTime, oneLine } from '../format.ts';
import { accessLibrary } from '../library-access.ts';

export const runShow: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, { json: { type: 'boolean' } }, ['TASK_ID']);
  const [id = ''] = flags.positionals;
  const library = await accessLibrary(flags.dataDir, terminal.env);
  const task = await library.get(id);
  if (task === null) {
    throw new InboxError('not-found', commandTexts.notInLibrary(id));
  }
  terminal.out(flags.isSet('json') ? JSON.stringify(task) : describe(task, flags.dataDir));
  return 0;
};

function describe(task: TaskView, dataDir: string): string {
  const line = (name: string, value: string | null): string[] => (value === null ? [] : [`${name.padEnd(10)}${value}`]);
  return [
    ...line('Task', task.key),
    ...line('Provider', providerName(task.provider)),
    ...line('State', task.state),
    ...line('Message', task.message === null ? null : oneLine(task.message, 2000)),
    ...line('Prompt', task.prompt === null ? null : oneLine(task.prompt, 2000)),
    ...line('Source', task.sourceUrl === null ? null : oneLine(task.sourceUrl, 2000)),
    ...line('Received', formatTime(task.receivedAt)),
    ...line('Callbacks', `${String(task.deliveries)}, ${task.trust}`),
    ...task.videos.flatMap((video, index) => [
      ...line(
        `Video ${String(index + 1)}`,
        `${video.state}${video.error === null ? '' : `: ${oneLine(video.error, 500)}`}`,
      ),
      ...line('', video.path === null ? oneLine(video.url, 500) : path.join(dataDir, video.path)),
      ...line('', video.sizeBytes === null ? null : facts(video)),
      ...(video.attempts ?? []).flatMap((attempt) => line('', attemptLine(attempt))),
    ]),
  ].join('\n');
}

function attemptLine({ at, code, reason, nextAt, n, of }: Attempt): string {
  const next = nextAt === null ? '' : `, next ${formatTime(nextAt)}`;
  return `${formatTime(at)}  attempt ${String(n)} of ${String(of)}: ${reason} (${code})${next}`;
}

function facts({ sizeBytes, width, height, durationSeconds, container }: TaskView['videos'][number]): string {
  return [
    sizeBytes === null ? null : formatBytes(sizeBytes),
    width === null || height === null ? null : `${String(width)} x ${String(height)}`,
    durationSeconds === null ? null : `${durationSeconds.toFixed(1)} s`,
    container,
  ]
    .filter((fact) => fact !== null)
    .join(', ');
}
