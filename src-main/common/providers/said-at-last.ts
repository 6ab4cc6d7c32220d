/** A body that is a list: of what was said of one task at one time after another, or of its parts. */
import { isTerminal } from '../model.ts';
import { kindOfIdName } from './batch-ids.ts';
import { createBodyView } from './body-view.ts';
import { isRecord, type JsonRecord } from './json.ts';
import { isHttpUrl } from './link-text.ts';
import { remembered, wordsOf } from './names.ts';
import type { Reading, ResultReading } from './reading.ts';
import { taskIdOf } from './task-id.ts';
import { maxUrls } from './urls.ts';

/** Bodies that are read in one go: some ten microseconds each. */
export const readAtOnce = 64;

/**
 * A list of what was said of one task, one after the other: once it is over, how far it was before says nothing, apart from the
 * films that were told of on the way. What differs in more than how far it was is a list of parts, each of them to be waited for.
 * @param whole what all of it was read as @param read reads one, or some of them together
 */
export function* saidAtLast(
  list: unknown,
  whole: Reading,
  read: (body: unknown) => Reading,
): Generator<undefined, Reading, undefined> {
  if (!Array.isArray(list) || whole.kind !== 'result' || isOver(whole)) return whole;
  const last = read(list.at(-1));
  if (last.kind !== 'result' || !isOver(last)) return whole;
  const over: unknown[] = [];
  const films = new Set<string>();
  const marks = new Map<string, unknown>();
  for (const body of list as readonly unknown[]) {
    if (list.length > readAtOnce) yield;
    const said = read(body);
    if (said.kind !== 'result' || said.taskId !== whole.taskId || !isRecord(body)) return whole;
    for (const [name, mark] of marksOfPart(body, whole.taskId)) {
      if (marks.has(name) && marks.get(name) !== mark) return whole;
      marks.set(name, mark);
    }
    if (isOver(said)) over.push(body);
    else for (const url of said.result.videoUrls) films.add(url);
  }
  const told = read(over);
  if (told.kind !== 'result' || films.size === 0) return told;
  const videoUrls = [...new Set([...told.result.videoUrls, ...films])].slice(0, maxUrls);
  const isDespiteFailure = told.result.state === 'failed';
  return { ...told, result: { ...told.result, videoUrls, ...(isDespiteFailure ? { isDespiteFailure } : {}) } };
}

const isOver = ({ result }: ResultReading): boolean => isTerminal(result.state);

/** What tells one part of a task from the next: its number, and ids beside the task's that are of no event. */
function* marksOfPart(body: JsonRecord, taskId: string): Generator<[name: string, mark: unknown]> {
  const parts = createBodyView(body).parts();
  const ofTask = parts.find(({ record, names }) => names.some((name) => taskIdOf(record[name]) === taskId));
  for (const part of new Set([parts[0], ofTask])) {
    for (const name of part?.names ?? []) {
      const kind = part === ofTask ? kindOfIdName(name) : null;
      const mark = part?.record[name];
      const isMark = numbersPart(name) || (kind !== null && kind !== 'around');
      if (isMark && (typeof mark === 'number' || (typeof mark === 'string' && !isHttpUrl(mark)))) yield [name, mark];
    }
  }
}

const numbersPart = remembered((name: string): boolean =>
  /^(?:index|idx|position|(?:.* )?(?:clip|part|scene|segment|shot|chunk|chapter|variant|variation|take|sample|video|output|film)(?: (?:index|idx|no|nr|num|number))?)$/.test(
    wordsOf(name).join(' '),
  ),
);
