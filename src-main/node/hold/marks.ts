/** The marks in a folder that processes want: whose they are, and where each is asked. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isErrno } from '../storage/durable-files.ts';

/** `sock`: ask it. `pipe`: ask the Windows pipe of that name. `beat`: neither was to be had; its time moves while it lives. */
export type Kind = 'sock' | 'pipe' | 'beat';

export interface Mark {
  readonly name: string;
  readonly kernel: string;
  readonly pid: number;
  readonly id: string;
  readonly kind: Kind;
}

/** A mark that has neither socket nor pipe moves its time so often. */
export const beatMs = 3000;

export async function listMarks(folder: string): Promise<readonly Mark[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isErrno(error, ['ENOENT'])) return [];
    throw error;
  });
  return names.flatMap((name) => {
    const [, kernel, pid, id, kind] = /^([0-9a-f]{8})\.(\d+)\.([0-9a-f]{12})\.(sock|pipe|beat)$/.exec(name) ?? [];
    if (kernel === undefined || pid === undefined || id === undefined || kind === undefined) return [];
    return [{ name, kernel, pid: Number(pid), id, kind: kind as Kind }];
  });
}

export function baseOf({ kernel, pid, id }: Mark): string {
  return `${kernel}.${String(pid)}.${id}`;
}

export function pipeName(base: string): string {
  return `\\\\.\\pipe\\video-inbox-${base}`;
}

/**
 * Where to listen or knock. A socket's address has room for some hundred bytes; on Linux a longer path is reached
 * through the folder's descriptor.
 * @returns `null` where it cannot be reached.
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 */
export function openDoor(folder: string, name: string): { readonly address: string; close(): void } | null {
  const address = path.join(folder, name);
  if (Buffer.byteLength(address) < (process.platform === 'linux' ? 108 : 104))
    return { address, close: () => undefined };
  if (process.platform !== 'linux') return null;
  const descriptor = openSync(folder, 'r');
  return { address: `/proc/self/fd/${String(descriptor)}/${name}`, close: () => closeSync(descriptor) };
}

/** The same for all containers of a running system; another one after it was started anew. */
export function thisKernel(): string {
  return createHash('sha256').update(kernelId()).digest('hex').slice(0, 8);
}

function kernelId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
  } catch {
    return os.hostname(); // not Linux
  }
}

/** Names the set of processes in which our pid counts; `null` where there is only one. */
export function processSpace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null; // not Linux
  }
}
