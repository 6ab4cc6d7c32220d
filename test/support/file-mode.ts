/** Who may do what with a file, as far as this system keeps that. */
import { stat } from 'node:fs/promises';

export const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

/** What `modeOf` tells of a file with this mode: Windows keeps no more of it than that its owner may write. */
export const modeHere = (mode: number): number => (process.platform === 'win32' ? 0o666 : mode);
