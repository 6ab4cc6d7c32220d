/**
 * Where the files of the library are: videos, their sidecars, previews. The only part of the program that knows; all
 * others speak of names, relative and with `/`, as they stand in events (`videos/2026-11/kie-luma_5d2f_1.mp4`).
 *
 * Every implementation passes `test/node/video-store/conformance.ts`.
 */
import type { Readable } from 'node:stream';
import { InboxError } from '../../common/errors.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';

/** Everything that a store holds lies in one of these. */
export const storeFolders: readonly string[] = ['videos', 'posters', 'sources', 'trash'];

export interface VideoStore {
  /**
   * Gives a finished, synced file its name, and takes it from where it was. What has that name is replaced. Resolves once
   * the name survives a power cut. Bytes that the store knows to be here already are stored once.
   * @param isAnew what the store takes for these bytes was found to be others. Default false.
   * @throws NodeJS.ErrnoException or what the store's server said; the file is then where it was
   */
  put(file: FinishedFile, name: string, isAnew?: boolean): Promise<void>;
  /** A small file, whole; replaces what has that name. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** `null` where there is no such file. */
  stat(name: string): Promise<StoredFacts | null>;
  /**
   * The bytes, or those of `range`. `null` where there is no such file.
   * @throws OtherBytes where the store finds by itself that they are not what was given to it; so do the others that ask.
   */
  open(name: string, range?: ByteRange): Promise<Readable | null>;
  /** Those that are not there are left out: a crash may have come between two of them. */
  move(pairs: readonly { readonly from: string; readonly to: string }[]): Promise<void>;
  /** Does nothing where there is no such file. */
  remove(name: string): Promise<void>;
  /** All whose name begins with `folder/`, in no order. */
  list(folder: string): AsyncIterable<{ readonly name: string; readonly sizeBytes: number }>;
  /** Absolute path for other programs (a player, a file manager), `null` where the store is no disk of this machine. */
  localPath(name: string): string | null;
  /**
   * Where a person finds it: an absolute path on this machine, whether it is there or not, or an address that other
   * programs know (`s3://bucket/key`). `null` where there is no such file, or only this program gets at it.
   */
  placeOf(name: string): Promise<string | null>;
  /**
   * Whether the store itself has the bytes of this name, where names and bytes are apart: what this machine keeps of them
   * in a cache does not count.
   */
  holds?(name: string): Promise<boolean>;
  /** Gives it bytes again that it lost and that this machine has in its cache. @returns whether it has them now. */
  bringBack?(name: string): Promise<boolean>;
  /** Whether these bytes are not here, and come from another inbox when they are opened. */
  isElsewhere?(name: string): Promise<boolean>;
  /** Removes bytes that no name stands for and that have lain so long, where bytes and names are apart. @returns how many. */
  sweep?(olderThanMs: number): Promise<number>;
  /**
   * The same for bytes that `remove` took a name from so long ago, at leisure and for nobody who waits. Where there are none it
   * asks for hardly anything.
   */
  sweepRemoved?(olderThanMs: number, signal: AbortSignal): Promise<number>;
  /**
   * Notes that the films of a library lie here, where others could have theirs in the same place, and tells whether it is the
   * only one: names are made of task ids, so two share that of one task.
   */
  isOfOne?(library: ShelfLibrary): Promise<boolean>;
  /**
   * The files of a library were taken from here, and none of its machines runs: bytes that no name stands for any more leave
   * at once. @returns false where they stay, since another library has films in the same place
   */
  leave?(library: ShelfLibrary): Promise<boolean>;
}

/** The disk of this machine beneath a store elsewhere. */
export interface DiskBeneath {
  /** What still lies on it, of one of `storeFolders`. */
  beneath(folder: string): AsyncIterable<{ readonly name: string; readonly sizeBytes: number }>;
  /**
   * Brings a file from there to the store elsewhere, where it is called `to`, and takes it from the disk.
   * @param sha256 in hex, of the bytes that it must have; `null` = nobody knows them, and what has that name elsewhere counts.
   * @throws what the store's server said; the file is then where it was
   */
  bringUp(name: string, to: string, sha256: string | null): Promise<BroughtUp>;
}

/** `differs`: it has not the bytes that it must have, or what is called so elsewhere has others; it stays where it is. */
export type BroughtUp = 'brought' | 'differs' | 'gone';

/** As it is known on a shelf where others could be, too. */
export interface ShelfLibrary {
  readonly name: string;
  /** Whether it, and no other one, was known there by this name. */
  readonly wasCalled: (name: string) => boolean;
}

/**
 * A machine that was alone has brought its library into that of all; and a log that was restored is the same one.
 * @param logId of the log that machines share; `null` where none is shared.
 */
export function shelfLibraryOf(node: string, logId: string | null): ShelfLibrary {
  if (logId === null) return { name: node, wasCalled: () => false };
  const name = logId.replace(/\.\d+$/, '');
  return { name, wasCalled: (other) => other === node || other.startsWith(`${name}.`) };
}

/** What lies under a name is something else than it should be. */
export class OtherBytes extends InboxError {
  constructor(name: string) {
    super('storage-failed', commandTexts.otherBytes(name));
  }
}

/** For one file that is damaged no other has to wait. */
export async function orDamage<T>(asked: Promise<T>): Promise<T | OtherBytes> {
  return asked.catch((error: unknown) => {
    if (error instanceof OtherBytes) return error;
    throw error;
  });
}

/** On a disk of this machine, checked and synced. */
export interface FinishedFile {
  readonly file: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface StoredFacts {
  readonly sizeBytes: number;
  /** Another one after each change, for caches; never empty. */
  readonly version: string;
  readonly modifiedAt: Date;
}

/** Both ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}
