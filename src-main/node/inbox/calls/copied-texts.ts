/** What a person copies of many tasks at once: their prompts, the files, or where the films came from. */
import path from 'node:path';
import type { CopiedText } from '../../../common/contract.ts';
import type { AnyTask } from '../../../common/task-view.ts';
import type { TaskSelection } from '../../../common/task-query.ts';
import { takingTurns } from '../../in-turns.ts';
import type { Library } from '../../projections/library.ts';
import { selectedKeys } from '../../projections/selection.ts';

/** Each once, in the order of the tasks; what has none adds none. */
export async function copiedOf(
  library: Pick<Library, 'get' | 'keys'>,
  dataDir: string,
  which: TaskSelection,
  what: CopiedText,
): Promise<readonly string[]> {
  const texts = new Set<string>();
  for await (const key of takingTurns(await selectedKeys(library, which))) {
    const task = library.get(key);
    if (task !== undefined) for (const text of textsOf(task, dataDir, what)) texts.add(text);
  }
  return [...texts];
}

function textsOf({ prompt, videos }: AnyTask, dataDir: string, what: CopiedText): readonly string[] {
  if (what === 'prompts') return prompt === null ? [] : [prompt];
  if (what === 'links') return videos.map(({ url }) => url);
  return videos.flatMap((video) =>
    video.state === 'saved' && video.path !== null ? [path.resolve(dataDir, video.path)] : [],
  );
}
