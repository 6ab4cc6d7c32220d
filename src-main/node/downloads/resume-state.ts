/** What is kept beside a `.part` file, so that the next attempt, also of the next process, goes on where this one ended. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { asRecord } from '../../common/providers/json.ts';
import { isErrno, replaceFile, unsavedOf } from '../storage/durable-files.ts';
import type { DownloadJob } from './downloads.ts';
import { digestNames, type ToldDigest } from './told-digest.ts';

export interface ResumeState {
  readonly url: string;
  /** As the server sent it, quotes and weakness mark included. */
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** Length of the whole file; `null` where the server did not tell. */
  readonly totalBytes: number | null;
  /** Up to here the bytes were synced; beyond it they may be lost or zero after a power cut. */
  readonly syncedBytes: number;
  /** Names the run of the machine: bytes written during the same run are still in its memory. */
  readonly bootId: string;
  /** The bytes may be of an early film: only what is early itself goes on with them. */
  readonly isEarly?: true;
  /** What the server told of the whole file: whatever goes on with the bytes is held to it. */
  readonly digest?: ToldDigest;
}

export interface Part {
  readonly file: string;
  readonly stateFile: string;
}

/** One name per file that a task promises, so that a fresh link for it goes on with the bytes that are here. */
export function partOf(dataDir: string, target: string, job: DownloadJob): Part {
  const id = createHash('sha256').update(`${job.kind}\n${job.key}\n${job.n}`).digest('hex').slice(0, 8);
  const file = path.join(dataDir, `${target}.${id}.part`);
  return { file, stateFile: `${file}.json` };
}

/** A part that nothing goes on with: of bytes that come from this machine. @param name 8 hex digits, never used twice */
export function attachedPartOf(dataDir: string, target: string, name: string): Part {
  const file = path.join(dataDir, `${target}.attached-${name}.part`);
  return { file, stateFile: `${file}.json` };
}

/**
 * What can be used of a part: `size` is 0 and `state` null where nothing can, and `onDisk` what is there all the same. Cuts off
 * what a power cut may have spoilt.
 */
export async function readPart(
  part: Part,
  bootId: string,
): Promise<{ size: number; onDisk: number; state: ResumeState | null }> {
  const state = await readState(part.stateFile);
  const onDisk = await sizeOf(part.file);
  if (state === null) return { size: 0, onDisk, state: null };
  const size = state.bootId === bootId ? onDisk : Math.min(onDisk, state.syncedBytes);
  if (size < onDisk) await truncate(part.file, size);
  return { size, onDisk: size, state };
}

export function writeState(part: Part, state: ResumeState): Promise<void> {
  // Always the same name: what a kill leaves of it is written over or removed with the part.
  return replaceFile(part.stateFile, `${JSON.stringify({ v: 1, ...state })}\n`, temporaryOf(part));
}

export async function removePart(part: Part): Promise<void> {
  await rm(part.file, { force: true });
  await rm(part.stateFile, { force: true });
  await rm(temporaryOf(part), { force: true });
}

function temporaryOf(part: Part): string {
  return `${part.stateFile}.tmp`;
}

/** Removes what kills have left of links, sidecars, resume states and attached files that were being made. Not while any is. */
export async function sweepTemporaries(dataDir: string): Promise<void> {
  const root = path.join(dataDir, 'videos');
  const names = await readdir(root, { recursive: true }).catch((error: unknown) => {
    if (isErrno(error, ['ENOENT'])) return [];
    throw error;
  });
  for (const name of names) {
    if (unsavedOf(name) !== null || /\.attached-[0-9a-f]{8}\.part$/.test(name))
      await rm(path.join(root, name), { force: true });
  }
}

/** Changes at every start of the machine. */
export async function readBootId(): Promise<string> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  } catch {
    // Elsewhere the time of the start, coarse enough for a clock that is being set a little.
    return `started-${Math.round((Date.now() / 1000 - os.uptime()) / 30)}`;
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isErrno(error, ['ENOENT'])) return 0;
    throw error;
  }
}

async function readState(file: string): Promise<ResumeState | null> {
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || isErrno(error, ['ENOENT'])) return null;
    throw error;
  }
  if (typeof raw !== 'object' || raw === null) return null;
  const fields = raw as Readonly<Record<string, unknown>>;
  const text = (name: string): string | null => {
    const value = fields[name];
    return typeof value === 'string' ? value : null;
  };
  const count = (name: string): number | null => {
    const value = fields[name];
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
  };
  const url = text('url');
  if (fields['v'] !== 1 || url === null) return null;
  const digest = readDigest(fields['digest']);
  return {
    url,
    etag: text('etag'),
    lastModified: text('lastModified'),
    totalBytes: count('totalBytes'),
    syncedBytes: count('syncedBytes') ?? 0,
    bootId: text('bootId') ?? '',
    ...(fields['isEarly'] === true ? { isEarly: true } : {}),
    ...(digest === null ? {} : { digest }),
  };
}

function readDigest(raw: unknown): ToldDigest | null {
  const { name, hex } = asRecord(raw);
  const known = digestNames.find((each) => each === name);
  return known === undefined || typeof hex !== 'string' ? null : { name: known, hex };
}
