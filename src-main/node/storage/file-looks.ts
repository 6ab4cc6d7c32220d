import { stat } from 'node:fs/promises';

/** How a file looks from outside: differs once it was written to, or another one has its name. `null` where none is there. */
export async function looksOf(file: string): Promise<string | null> {
  const facts = await stat(file, { bigint: true }).catch(() => null);
  return facts === null ? null : [facts.ino, facts.size, facts.mtimeNs].join(' ');
}
