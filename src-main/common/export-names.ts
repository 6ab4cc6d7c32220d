/** Names of exported files: readable, by a template of the person, and safe on every file system. */
import { providerName } from './providers/catalog.ts';
import type { AnyTask } from './task-view.ts';
import { trimmedOf } from './trim.ts';

export const usualExportName = '{date} {title} ({provider} {id})';

/** Words that a template may hold in braces. */
export const exportWords = ['date', 'title', 'prompt', 'provider', 'id', 'project', 'n'] as const;

const longest = 120;
/** A disk takes 255 bytes for a name; the rest is for numbers and endings behind it. */
const longestBytes = 200;
const titleLength = 60;

/** Whatever has this can be named: a task as it is kept, as it is shown, or its row in a list. */
export type ExportedTask = Pick<AnyTask, 'receivedAt' | 'title' | 'prompt' | 'provider' | 'taskId' | 'project'> & {
  readonly videos: readonly { readonly path: string | null }[];
};

/**
 * Without extension. What a task does not have is left out, with the blanks around it.
 * @param n 1-based number of the video; added at the end where a task has several and the template does not name it
 */
export function exportName(template: string, task: ExportedTask, n: number): string {
  const values: Record<(typeof exportWords)[number], string> = {
    date: task.receivedAt.slice(0, 10),
    title: task.title ?? shorten(task.prompt ?? ''),
    prompt: shorten(task.prompt ?? ''),
    provider: providerName(task.provider),
    id: task.taskId,
    project: task.project ?? '',
    n: String(n),
  };
  const filled = template.replace(/\{(\w+)\}/g, (whole, word: string) =>
    isWord(word) ? values[word].replaceAll('/', '-') : whole,
  );
  const named = filled.includes('/') ? filled.replaceAll('/', '-') : filled;
  const several = task.videos.length > 1 && !template.includes('{n}') ? ` ${String(n)}` : '';
  return `${safeName(named)}${several}`;
}

/** Words in braces that stand for nothing; they would be left in the name as they are. */
export function unknownWords(template: string): readonly string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map(([, word = '']) => word).filter((word) => !isWord(word));
}

function isWord(word: string): word is (typeof exportWords)[number] {
  return exportWords.some((known) => known === word);
}

function shorten(text: string): string {
  return text.length <= titleLength
    ? text
    : `${text
        .slice(0, titleLength)
        .replace(/\s\S*$/, '')
        .trimEnd()}…`;
}

/**
 * One name for every disk: no sign that a file system or a shell makes something of, or that is not seen or turns the
 * order of the others; composed, so that two disks mean the same; no blank or dot at its ends, which Windows drops; and
 * none that Windows keeps for a device, whatever ending follows it.
 * @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file
 */
export function safeName(name: string): string {
  const allowed = name
    // A blank that parts lines parts words here; a joiner is part of signs of several people, and of scripts.
    .replace(/(?![\s\u0085])\p{Cc}|\p{Surrogate}|(?![\u200c\u200d])\p{Cf}/gu, '')
    .replace(/[\\/:*?"<>|]/g, '-')
    .replace(/\(\s+/g, '(')
    .replace(/[\s\u0085]+/g, ' ')
    .normalize('NFC');
  // oxlint-disable-next-line typescript/no-misused-spread -- no half of a sign is enough, a letter may lose its accent
  const signs = [...allowed.trimStart()].slice(0, longest);
  const ends = signs.map(endsOfBytes());
  const short = signs.filter((_, i) => (ends[i] ?? 0) <= longestBytes).join('');
  const cleaned = trimmedOf(short, ' .\u200c\u200d');
  if (cleaned === '') return 'video';
  return cleaned.replace(devices, '$&_');
}

/** What stands before the first dot is what counts, blanks behind it do not; and the small digits count as digits. */
const devices = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?=\s*(\.|$))/i;

/** Where each of its signs ends, in bytes of UTF-8. */
function endsOfBytes(): (sign: string) => number {
  let end = 0;
  return (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    end += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    return end;
  };
}
