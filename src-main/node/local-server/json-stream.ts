/** Answers that grow with the library as JSON, a piece at a time: one of a hundred thousand tasks takes more than a second. */
import { Readable } from 'node:stream';
import { takingTurns } from '../in-turns.ts';

/** A list of so many items or fewer is written in one go. */
const mostAtOnce = 256;
const itemsPerPiece = 64;
const chunkLength = 64 * 1024;

/** The same text as `JSON.stringify`, in turns with everything else; `null` where the answer is small. */
export function largeJson(value: object): ReadableStream<Uint8Array> | null {
  return isLarge(value) ? (Readable.toWeb(Readable.from(encoded(value))) as ReadableStream) : null;
}

/** Whether a long list is in it, however deep below objects. */
function isLarge(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > mostAtOnce : Object.values(value).some(isLarge);
}

async function* encoded(value: object): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let chunk = '';
  for await (const piece of takingTurns(pieces(value))) {
    chunk += piece;
    if (chunk.length < chunkLength) continue;
    yield encoder.encode(chunk);
    chunk = '';
  }
  yield encoder.encode(chunk);
}

function* pieces(value: unknown): Generator<string, void> {
  if (!isLarge(value)) yield JSON.stringify(value);
  else if (Array.isArray(value)) yield* piecesOfList(value);
  else yield* piecesOfObject(value as object);
}

function* piecesOfList(list: readonly unknown[]): Generator<string, void> {
  for (let from = 0; from < list.length; from += itemsPerPiece) {
    const items = JSON.stringify(list.slice(from, from + itemsPerPiece)).slice(1, -1);
    yield `${from === 0 ? '[' : ','}${items}`;
  }
  yield ']';
}

function* piecesOfObject(value: object): Generator<string, void> {
  let before = '{';
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    yield* pieces(field);
    before = ',';
  }
  yield '}';
}
