import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { StampedEvent } from '../../src-main/common/events.ts';

/** All whole lines of a journal on disk, in order; the test's own reading, not the program's. */
export async function journalLines(dataDir: string): Promise<readonly StampedEvent[]> {
  const dir = path.join(dataDir, 'journal');
  const names = (await readdir(dir)).filter((name) => name.endsWith('.ndjson')).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(dir, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n').filter(Boolean)).map((line) => JSON.parse(line) as StampedEvent);
}
