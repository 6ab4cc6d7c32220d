/** What a person copies of many tasks at once: their prompts, the files, or where the films came from. */
import path from 'node:path';
import type { CopiedText } from '../../common/contract.ts';
import type { AnyTask } from '../../common/task-view.ts';
import type { TaskSelection } from '../../common/task-query.ts';
import { takingTurns } from '../in-turns.ts';
import type { Library } from '../projections/library.ts';

/** Each once, in the order of the tasks; what has none adds none. */
export async function copiedOf(
  library: Pick<Library, 'get' | 'keys'>,
  dataDir: string,
  which: TaskSelection,
  what: CopiedText,
): Promise<readonly string[]> {
  const keys = isKeys(which) ? which : 'keys' in which ? which.keys : await library.keys(which.query, 0, Infinity);
  const texts = new Set<string>();
  for await (const key of takingTurns(keys)) {
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

function isKeys(which: TaskSelection): which is readonly string[] {
  return Array.isArray(which);
}
