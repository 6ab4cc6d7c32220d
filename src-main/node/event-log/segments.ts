/** Where the journal's files are and what they are called: `000001.ndjson`, `000002.ndjson` … */
import { readdir } from 'node:fs/promises';
import path from 'node:path';

const segmentName = /^(\d{6,})\.ndjson$/;

export function segmentPath(dir: string, segment: number): string {
  return path.join(dir, `${String(segment).padStart(6, '0')}.ndjson`);
}

/** @returns segment numbers, ascending. */
export async function listSegments(dir: string): Promise<number[]> {
  const names = await readdir(dir);
  return names
    .flatMap((name) => {
      const digits = segmentName.exec(name)?.[1];
      return digits === undefined ? [] : [Number(digits)];
    })
    .sort((a, b) => a - b);
}
