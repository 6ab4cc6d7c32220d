import type { AppInfo } from '../../src-main/common/contract.ts';
import { exportName, type ExportedTask, usualExportName } from '../../src-main/common/export-names.ts';
import { trimmedEnd } from '../../src-main/common/trim.ts';

/** A path of the library as the person's system writes it. */
export function absolutePath({ dataDir, platform }: Pick<AppInfo, 'dataDir' | 'platform'>, path: string): string {
  const separator = platform === 'win32' ? '\\' : '/';
  return `${trimmedEnd(dataDir, '\\/')}${separator}${path.replaceAll('/', separator)}`;
}

export function fileName(path: string): string {
  return path.split('/').at(-1) ?? path;
}

/** What a browser calls the nth video where it saves it. */
export function downloadName(task: ExportedTask, n: number): string {
  const ending = /\.\w+$/.exec(fileName(task.videos[n - 1]?.path ?? ''))?.[0] ?? '';
  return `${exportName(usualExportName, task, n)}${ending}`;
}
