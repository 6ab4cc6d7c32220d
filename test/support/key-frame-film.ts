/** The sample film in which every frame is a key frame: what a page spends on a filmstrip of it is less than half. */
import { loadSamples } from '../../src-main/node/samples/samples.ts';

let made: Buffer | null = null;

/** As long, as large and with as many frames as the sample, and its sound; each frame is the key frame before it. */
export function keyFrameFilm(): Buffer {
  made ??= withKeyFramesOnly(loadSamples().mp4.bytes);
  return made;
}

/** The tables of the first track lead to its key frames, again and again; nothing else is moved. */
function withKeyFramesOnly(sample: Uint8Array): Buffer {
  const film = Buffer.from(sample);
  const track = ['moov', 'trak'];
  const tables = [...track, 'mdia', 'minf', 'stbl'];
  const wordsOf = (name: string, from: number): number[] => {
    const { start, end } = boxAt(film, [...tables, name]);
    return Array.from({ length: (end - start) / 4 - from }, (_, i) => film.readUInt32BE(start + 4 * (from + i)));
  };
  const sizes = wordsOf('stsz', 3);
  const places: number[] = [];
  const runs = wordsOf('stsc', 2);
  for (const [chunk, start] of wordsOf('stco', 2).entries()) {
    const run = runs.findLastIndex((first, i) => i % 3 === 0 && first <= chunk + 1);
    for (let at = start, n = runs[run + 1] ?? 0; n > 0; n -= 1) at += sizes[places.push(at) - 1] ?? 0;
  }
  const keys = wordsOf('stss', 2);
  const frames = sizes.map((_, i) => (keys.findLast((key) => key <= i + 1) ?? 1) - 1);
  const kept = ['stsd', 'stts'].map((name) => {
    const { start, end } = boxAt(film, [...tables, name]);
    return Buffer.from(film.subarray(start - 8, end));
  });
  const made = Buffer.concat([
    ...kept,
    box('stsc', [0, 1, 1, 1, 1]),
    box('stsz', [0, 0, frames.length, ...frames.map((frame) => sizes[frame] ?? 0)]),
    box('stco', [0, frames.length, ...frames.map((frame) => places[frame] ?? 0)]),
  ]);
  const { start, end } = boxAt(film, tables);
  made.copy(film, start);
  box('free', new Array<number>((end - start - made.length) / 4 - 2).fill(0)).copy(film, start + made.length);
  // No frame waits for a later one any more: the first is shown from the beginning.
  film.writeUInt32BE(0, boxAt(film, [...track, 'edts', 'elst']).start + 12);
  return film;
}

/** Where the content of the first box on that path is. */
function boxAt(film: Buffer, path: readonly string[]): { readonly start: number; readonly end: number } {
  let [start, end] = [0, film.length];
  for (const name of path) {
    while (film.toString('latin1', start + 4, start + 8) !== name) start += film.readUInt32BE(start);
    end = start + film.readUInt32BE(start);
    start += 8;
  }
  return { start, end };
}

function box(name: string, words: readonly number[]): Buffer {
  const made = Buffer.alloc(8 + 4 * words.length);
  made.writeUInt32BE(made.length);
  made.write(name, 4, 'latin1');
  for (const [i, word] of words.entries()) made.writeUInt32BE(word, 8 + 4 * i);
  return made;
}
