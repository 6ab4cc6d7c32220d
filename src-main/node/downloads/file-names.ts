/** Names that every file system takes, and that no link or task id can bend. */
import { createHash } from 'node:crypto';

const maxNameBytes = 150;
/** @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const reservedOnWindows = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Makes each part of a relative path harmless: letters, digits, `.`, `_`, `-`; no leading or trailing dot, no `..`, no
 * name that Windows keeps for itself. Long names are cut and told apart by a hash.
 */
export function safeTarget(target: string): string {
  const segments = target.split(/[/\\]/).map(safeName);
  return segments.join('/');
}

function safeName(name: string): string {
  let safe = name
    .normalize('NFKC')
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\.+/, '_')
    .replace(/(?<!\.)\.+$/, '_');
  if (safe.length > maxNameBytes) {
    const hash = createHash('sha256').update(name).digest('hex').slice(0, 12);
    safe = `${safe.slice(0, maxNameBytes - 13)}-${hash}`;
  }
  if (safe === '') return '_';
  return reservedOnWindows.test(safe) ? `_${safe}` : safe;
}
