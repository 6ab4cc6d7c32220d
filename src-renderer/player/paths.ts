import type { AppInfo } from '../../src-main/common/contract.ts';

/** A path of the library as the person's system writes it. */
export function absolutePath({ dataDir, platform }: Pick<AppInfo, 'dataDir' | 'platform'>, path: string): string {
  const separator = platform === 'win32' ? '\\' : '/';
  return `${dataDir.replace(/[\\/]+$/, '')}${separator}${path.replaceAll('/', separator)}`;
}

export function fileName(path: string): string {
  return path.split('/').at(-1) ?? path;
}
