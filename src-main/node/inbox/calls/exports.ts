/** Films that are taken away together: prepared by a call, fetched as one zip by a link that lives for a while. */
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { makeZip } from 'client-zip';
import type { ExportOptions, PreparedExport } from '../../../common/contract.ts';
import type { TaskSelection } from '../../../common/task-query.ts';
import { InboxError } from '../../../common/errors.ts';
import { exportWords, safeName, unknownWords } from '../../../common/export-names.ts';
import type { Task } from '../../../common/model.ts';
import { libraryTexts } from '../../../common/texts/en-library.ts';
import { exportSet, filmsOf, type ExportEntry, type ExportSource } from '../../export/export-set.ts';
import { takingTurns } from '../../in-turns.ts';
import type { Library } from '../../projections/library.ts';
import { selectedKeys } from '../../projections/selection.ts';
import type { FilePlaces } from '../../video-store/file-places.ts';
import type { ByteRange } from '../../video-store/video-store.ts';

export interface ExportPorts {
  readonly library: Pick<Library, 'get' | 'keys'>;
  readonly places: Pick<FilePlaces, 'find' | 'localPath'>;
  readonly nowMs: () => number;
  /** A film that was to be in it is not on disk any more. */
  readonly skipped: (key: string, n: number) => void;
}

export interface Exports {
  /** @throws InboxError where nothing of it is on disk, or it is too much for one file. */
  prepare(which: TaskSelection, options: ExportOptions): Promise<PreparedExport>;
  /** `null` for an unknown or an old name. `bytes` makes the zip as it is read. */
  open(id: string): { readonly name: string; readonly bytes: () => ReadableStream<Uint8Array> } | null;
}

/** More is a move of the library, and no export. */
const mostFilms = 10_000;
const lifeMs = 10 * 60_000;
const mostPrepared = 20;

export function createExports({ library, places, nowMs, skipped }: ExportPorts): Exports {
  const prepared = new Map<string, { keys: readonly string[]; films: number; options: ExportOptions; until: number }>();

  /** @param opened is given every stream that is opened. */
  function finder(opened: Set<Readable>): ExportSource['find'] {
    return async (task, relative) => {
      const known = library.get(task.key);
      const file = known === undefined ? null : await places.find(known, relative);
      if (file === null) return null;
      const open = async (range?: ByteRange): Promise<Readable | null> => {
        const stream = await file.open(range);
        if (stream !== null) opened.add(stream.once('close', () => opened.delete(stream)));
        return stream;
      };
      return { name: file.name, sizeBytes: file.facts.sizeBytes, open };
    };
  }

  async function isLost(task: Task, { path: file }: Pick<Task['videos'][number], 'path'>): Promise<boolean> {
    return file !== null && places.localPath(task, file) !== null && (await places.find(task, file)) === null;
  }

  function* tasksOf(keys: readonly string[]): Generator<Task, void> {
    for (const key of keys) {
      const task = library.get(key);
      if (task !== undefined) yield task;
    }
  }

  /** Whoever breaks off a zip leaves the film open that is being read: the zip's maker does not tell it. */
  async function* inputs(entries: AsyncIterable<ExportEntry>, opened: ReadonlySet<Readable>) {
    try {
      for await (const entry of entries) {
        const input = await entry.open();
        if (input !== null) yield { name: entry.name, lastModified: entry.modifiedAt, input };
      }
    } finally {
      for (const stream of opened) stream.destroy();
    }
  }

  return {
    async prepare(which, options) {
      const keys: string[] = [];
      let [films, sizeBytes, without, missing] = [0, 0, 0, 0];
      for await (const key of takingTurns(await selectedKeys(library, which))) {
        const task = library.get(key);
        if (task === undefined) continue;
        const saved = filmsOf(task);
        if (saved.length === 0) without += 1;
        else keys.push(key);
        for (const film of saved) {
          if (await isLost(task, film)) missing += 1;
          else {
            films += 1;
            sizeBytes += film.sizeBytes ?? 0;
          }
        }
        if (films > mostFilms) throw new InboxError('too-large', libraryTexts.tooManyToExport(mostFilms));
      }
      if (films === 0) throw new InboxError('conflict', libraryTexts.nothingToExport);
      const [unknown] = unknownWords(options.template);
      if (unknown !== undefined && !options.client) {
        throw new InboxError('bad-request', libraryTexts.unknownExportWord(unknown, knownWords));
      }
      const id = randomBytes(18).toString('base64url');
      prepared.set(id, { keys, films, options, until: nowMs() + lifeMs });
      for (const [old, { until }] of prepared) {
        if (until < nowMs() || prepared.size > mostPrepared) prepared.delete(old);
      }
      return { id, name: nameOf(options), films, sizeBytes, without, missing };
    },
    open(id) {
      const found = prepared.get(id);
      if (found === undefined || found.until < nowMs()) return null;
      const bytes = (): ReadableStream<Uint8Array> => {
        const opened = new Set<Readable>();
        const source = { tasks: tasksOf(found.keys), films: found.films, find: finder(opened) };
        return makeZip(
          inputs(
            exportSet(source, found.options, (task, n) => skipped(task.key, n)),
            opened,
          ),
        );
      };
      return { name: nameOf(found.options), bytes };
    },
  };
}

const knownWords = exportWords.map((word) => `{${word}}`).join(' ');
const nameOf = ({ title }: ExportOptions): string => `${safeName(title)}.zip`;
