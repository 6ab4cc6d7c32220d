/** Reads a request body up to a limit, so that nobody can make us buffer what we will not keep. */
import type { IncomingMessage } from 'node:http';
import type { BodyLease } from './body-budget.ts';
import { mayHoldBinaryFilm } from './binary-films.ts';
import type { Deadline } from './deadline.ts';
import { mayHandOnFilm, mayHoldFilm } from './inline-films.ts';
import { beginningOf, looksGzipped, packedHeadBytes } from './unpack.ts';

export type LimitedBody =
  | { readonly kind: 'whole'; readonly body: Buffer }
  /** `bytes` as announced, else what had come by then. */
  | { readonly kind: 'too-large'; readonly bytes: number; readonly limitBytes: number }
  /** All bodies together are more than memory should hold. */
  | { readonly kind: 'busy'; readonly bytes: number }
  /** The sender left, or was too slow. */
  | { readonly kind: 'broken'; readonly bytes: number };

export interface BodyLimits {
  readonly limitBytes: number;
  /** For a body whose beginning shows that it carries a film. */
  readonly filmLimitBytes: number;
  /** For the whole of it, and for each further part of one that goes on to come. */
  readonly deadline: Deadline;
  readonly lease: BodyLease;
}

/** Where a body over the limit must have shown that it carries a film: task and state stand before it, and are short. */
const headBytes = 64 * 1024;
/** By so much a body shows its form. A first piece may be shorter: what the packet of the headers had room for. */
const beginBytes = 80;
/**
 * What has brought so much by the deadline has as long again: a film inside its body takes minutes over the line of a home. Less
 * is what holds a place and no callback.
 */
const movingBytes = 512 * 1024;
/** What a piece costs beside its bytes, as a `Buffer` of its own: someone may send a body byte by byte. */
const pieceBytes = 192;
/** So many pieces are put together, until they are as large as what a socket hands on. */
const mostPieces = 256;
const wholePieceBytes = 16 * 1024;

export function readLimited(incoming: IncomingMessage, limits: BodyLimits): Promise<LimitedBody> {
  const { lease, deadline } = limits;
  // It left while something else was waited for: no event would tell of it any more.
  if (incoming.destroyed) return Promise.resolve({ kind: 'broken', bytes: 0 });
  const announced = Number(incoming.headers['content-length'] ?? 0);
  const highest = Math.max(limits.limitBytes, limits.filmLimitBytes);
  if (announced > highest) {
    return Promise.resolve({ kind: 'too-large', bytes: announced, limitBytes: limits.limitBytes });
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    /** From here on pieces are still to be put together. */
    let small = 0;
    let limit = limits.limitBytes;
    let isOver = false;
    let sizeBefore = 0;
    const isInTime = deadline.begin(onBroken, () => {
      const isMoving = size - sizeBefore >= movingBytes;
      sizeBefore = size;
      return isMoving;
    });
    function end(result: LimitedBody): void {
      if (isOver) return;
      isOver = true;
      isInTime();
      // What came whole tells no more but that it is closed; to take its listeners away costs as much as to hear that.
      if (result.kind !== 'whole') {
        incoming.off('data', onData).off('end', onEnd).off('close', onBroken);
        incoming.on('error', () => undefined);
        incoming.pause();
      }
      resolve(result);
    }
    function tooLarge(): void {
      end({ kind: 'too-large', bytes: Math.max(announced, size), limitBytes: limit });
    }
    /** True where the body may go on: it is within the limit, or has shown that it carries a film. */
    function mayGoOn(): boolean {
      if (Math.max(announced, size) <= limit) return true;
      if (limit === highest) return false;
      const head = headOf();
      const begins = head.toString('latin1', 0, beginBytes);
      const isEnough = looksGzipped(head)
        ? size >= packedHeadBytes
        : size >= beginBytes && !/^\s*(?:[[{]|--|[\w.%[\]-]{1,60}=)/.test(begins);
      const mayShowIt = size < headBytes && size <= limit && !isEnough;
      return carriesFilm(head, !mayShowIt) ? size <= limit : mayShowIt;
    }
    const headOf = (): Buffer => Buffer.concat(chunks, Math.min(size, headBytes));
    /** @param isLast What is packed in it is unpacked once, and not with each piece that comes. */
    function carriesFilm(head: Buffer, isLast: boolean): boolean {
      if (!mayHoldFilm(head) && !mayHoldBinaryFilm(head) && !(isLast && (mayHandOnFilm(head) || mayPackFilm(head))))
        return false;
      limit = highest;
      return true;
    }
    function onData(chunk: Buffer): void {
      size += chunk.length;
      chunks.push(chunk);
      if (chunks.length - small > mostPieces) mergeSmall();
      if (!mayGoOn()) tooLarge();
      else if (!lease.grow(chunk.length + pieceBytes)) end({ kind: 'busy', bytes: Math.max(announced, size) });
    }
    function mergeSmall(): void {
      const pieces = chunks.splice(small);
      const merged = Buffer.concat(pieces);
      chunks.push(merged);
      lease.grow((1 - pieces.length) * pieceBytes);
      if (merged.length >= wholePieceBytes) small = chunks.length;
    }
    function onEnd(): void {
      const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
      chunks.length = 0;
      end({ kind: 'whole', body });
    }
    function onBroken(): void {
      end({ kind: 'broken', bytes: size });
    }
    // Node tells of an error only where someone listens for it, and of the end in any case.
    incoming.on('data', onData).on('end', onEnd).on('close', onBroken);
  });
}

/** Whether a film is written in what is packed there. */
export function mayPackFilm(packed: Buffer): boolean {
  const head = beginningOf(packed);
  return head.length > 0 && (mayHoldFilm(head) || mayHoldBinaryFilm(head) || mayHandOnFilm(head));
}
