/** How the commands of this program are typed, told by where it lies. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @param programDir absolute; holds `package.json` and `dist`
 * @returns what stands before the name of a command
 */
export function typedCommand(programDir: string): string {
  if (existsSync(path.join(programDir, 'vite.config.ts'))) return 'npm run cli --';
  // `npx` keeps what it runs at …/_npx/<hash>/node_modules/<name>, and notes there what it was asked for.
  const asked = path.join(programDir, '../..');
  if (path.basename(path.dirname(asked)) !== '_npx') return 'video-inbox';
  return `npx ${packageAsked(path.join(asked, 'package.json')) ?? 'video-inbox'}`;
}

/** @returns `null` where that cannot be said in one word */
function packageAsked(file: string): string | null {
  try {
    const { _npx: npx } = JSON.parse(readFileSync(file, 'utf8')) as { _npx?: { packages?: readonly unknown[] } };
    const [one] = npx?.packages ?? [];
    if (typeof one !== 'string' || !/^[^\s"'`$;&|<>]+$/.test(one)) return null;
    // A file that lies there `npx` would run, as it is, as a program.
    return path.isAbsolute(one) ? `file:${one}` : one;
  } catch {
    return null; // an npm that notes nothing, or something else
  }
}
