/** What a body says, and what of it is kept: of short ones at once, of long ones in turns or in a thread of their own. */
import { hash } from 'node:crypto';
import { inlineFilmUrl, withoutInlineLink } from '../../../common/inline-film.ts';
import type { Result } from '../../../common/model.ts';
import { readTasksInTurns, type ReaderInput, type ReadTasks } from '../../../common/providers/reader.ts';
import type { Reading } from '../../../common/providers/reading.ts';
import type { Redactor } from '../../../common/redact.ts';
import { inTurns } from '../../in-turns.ts';
import { keptBody, type KeptBody } from '../kept-body.ts';
import { kieIdsIn } from '../signatures/kie.ts';
import type { InlineFilm } from './inline-films.ts';
import { openInTurns, openUnpacked, type OpenedBody } from './open-body.ts';

/** Who sent it, as far as its reading depends on that. */
export type Sender = Omit<ReaderInput, 'body'>;

export interface ReadBody {
  /** What could not be read has the reason in place of the tasks. */
  readonly said: ReadTasks | { readonly problem: 'empty' | 'cut-off' | 'not-readable' };
  /** Films that came inside and that are results of its tasks. */
  readonly films: readonly InlineFilm[];
  /** The ids in it that a signature may be for. */
  readonly signedIds: () => ReadonlySet<string>;
  /** SHA-256 of its bytes, unpacked, in hex. */
  readonly sha256: () => string;
  readonly kept: (redact: Redactor) => KeptBody;
}

/** Bodies that hold thousands of tasks are read in turns, in their place among those that do. */
export function readShort(
  bytes: Buffer,
  sender: Sender,
  longReads: <T>(task: () => Promise<T>) => Promise<T>,
): ReadBody | Promise<ReadBody> {
  const opened = openUnpacked(bytes, contentType(sender));
  const { read } = opened;
  if ('problem' in read) return readOf(opened, read);
  const work = readTasksInTurns({ ...sender, body: read.value });
  const start = work.next();
  if (start.done === true) return readOf(opened, start.value, read.value);
  return longReads(() => inTurns(work)).then((said) => readOf(opened, said, read.value));
}

/** Others go on meanwhile: what is nearly JSON is read a hundred times slower than JSON. */
export async function readLong(bytes: Buffer, sender: Sender): Promise<ReadBody> {
  const opened = await openInTurns(bytes, contentType(sender));
  const { read } = opened;
  if ('problem' in read) return readOf(opened, read);
  const said = await inTurns(readTasksInTurns({ ...sender, body: read.value }));
  return readOf(opened, said, read.value);
}

function contentType({ headers }: Sender): string | null {
  return headers['content-type'] ?? null;
}

function readOf(opened: OpenedBody, said: ReadBody['said'], value: unknown = null): ReadBody {
  const { bytes, keptBytes, text, isWhole, films } = opened;
  const told = films.length === 0 || 'problem' in said ? { said, films: [] } : withFilms(said, films);
  return {
    said: told.said,
    films: told.films,
    signedIds: () => kieIdsIn(value),
    sha256: () => hash('sha256', bytes),
    kept: (redact) => keptBody(keptBytes, text, isWhole, redact),
  };
}

/** Films have an address of ours, since the link that stood in their place was only for the reader. */
function withFilms(said: ReadTasks, films: readonly InlineFilm[]): Pick<ReadBody, 'said' | 'films'> {
  const known = new Set(films.map(({ sha256 }) => sha256));
  const own = (link: string): string => withoutInlineLink(link, (sha256) => known.has(sha256));
  const ownIn = (result: Result): Result => ({
    ...result,
    sourceUrl: result.sourceUrl === null ? null : own(result.sourceUrl),
    videoUrls: result.videoUrls.map(own),
  });
  const renamed = <T extends Reading>(each: T): T =>
    each.kind === 'result' ? { ...each, result: ownIn(each.result) } : each;
  const [first, ...others] = said;
  const all = [renamed(first), ...others.map(renamed)] as const;
  const named = new Set(all.flatMap((each) => (each.kind === 'result' ? each.result.videoUrls : [])));
  return { said: all, films: films.filter(({ sha256 }) => named.has(inlineFilmUrl(sha256))) };
}
