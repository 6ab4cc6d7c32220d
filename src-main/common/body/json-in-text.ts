/** JSON that stands in a text of another kind: lines of events, a script, what a program printed. */
import type { InTurns } from '../in-turns.ts';
import { membersIn } from '../providers/batch-members.ts';
import { holdsLink, looksAt, saysError, saysSomething } from '../providers/batch-says.ts';
import { lastOfEachTask } from '../providers/batch.ts';
import { isKeyOfBody } from '../providers/envelope.ts';
import { isRecord, numberOf, own } from '../providers/json.ts';
import { looseJsonInTurns, tooMuch, type LooseJson } from '../providers/loose-json.ts';
import { parseBodyInTurns, parseStrictly } from '../providers/parse-body.ts';
import { readBody } from '../providers/reader.ts';
import type { Reading } from '../providers/reading.ts';

/** Lines that a program prints while it works. */
const maxFound = 4096;

/** Each may be walked through in vain. */
const maxVain = 16;
const maxVainOfLong = 4;
const longText = 64 * 1024;

/**
 * The last object or list that stands in `text` as a whole, `null` where none does: of lines of progress the last one
 * tells the end, of lines about several tasks the last one of each. Linear: what was walked over is not walked over again,
 * apart from a few times where it was no JSON after all.
 * @param isPlain What is only nearly JSON does not count; nor does it any more where it held too much.
 */
export function* lastJsonIn(text: string, isPlain = false): InTurns<object | null> {
  const found: object[] = [];
  let isLoose = !isPlain;
  let vain = text.length > longText ? maxVainOfLong : maxVain;
  const endOfJson = bracketsIn(text);
  let from = openFrom(text, 0);
  for (let count = 0; from >= 0 && count < maxFound; count++) {
    yield;
    let to = yield* endOfJson(from);
    const read = to === null ? null : yield* objectOf(text.slice(from, to), isLoose);
    isLoose &&= read !== 'too-much';
    let object = read === 'too-much' ? null : read;
    if (object === null && isLoose && vain > 0) {
      const loose = yield* looseAt(text, from);
      if (loose === 'too-much') isLoose = false;
      else if (loose === null) vain -= 1;
      else ({ value: object, end: to } = loose);
    }
    if (object !== null && Object.keys(object).length > 0) found.push(object);
    if (to === null) break;
    from = openFrom(text, to);
  }
  const telling = withoutEnds(found.some(tells) ? found.filter(tells) : found);
  const words = telling.slice(-looksAt);
  const bare = words.length - 1 - words.findLastIndex((object) => !isBareWord(object));
  const before = telling.slice(0, telling.length - bare);
  const said = bare > 0 && before.slice(-looksAt).some(namesFilm) ? before : telling;
  return lastOfEachTask(said) ?? said.at(-1) ?? null;
}

/** A sign of life, or what it cost, that a stream ends with is not the last word about its task. */
function tells(object: object): boolean {
  return !isRecord(object) || saysSomething(object) || membersIn([object], '') !== null;
}

const readingOf = (body: unknown): Reading => readBody({ body, headers: {}, providerHint: null });

/** Without what says of a task whose film was named, a few lines before, no more than that it goes on or is over. */
function withoutEnds(said: readonly object[]): readonly object[] {
  const filmed = new Set<string>();
  return said.filter((object, at) => {
    const staysAnyhow = holdsLink(object, 0) ? at === said.length - 1 : filmed.size === 0;
    if (staysAnyhow || at < said.length - looksAt) return true;
    const read = readingOf(object);
    if (read.kind !== 'result' || isKeyOfBody(read.taskId)) return true;
    const { state, videoUrls } = read.result;
    if (state === 'succeeded' && videoUrls.length > 0) filmed.add(read.taskId);
    return videoUrls.length > 0 || state === 'failed' || !filmed.has(read.taskId);
  });
}

/** `{"event": "done"}`, `{"code": 200}`: that all is over or went well, and not which task, nor that anything went wrong. */
function isBareWord(object: object): boolean {
  // Nearly all name their task, and are not read twice for this.
  if (!isRecord(object) || saysError(object) || membersIn([object], '') !== null) return false;
  const read = readingOf(object);
  if (read.kind !== 'result') return Math.floor((numberOf(own(object, 'code')) ?? 0) / 100) === 2;
  if (!isKeyOfBody(read.taskId)) return false;
  return read.result.videoUrls.length === 0 && read.result.state !== 'failed';
}

function namesFilm(object: object): boolean {
  const read = readingOf(object);
  return read.kind === 'result' && !isKeyOfBody(read.taskId) && read.result.videoUrls.length > 0;
}

const textOrBracket = /"[^"\\]*(?:\\[^][^"\\]*)*("|\\?$)|[{}[\]]/g;
const bracket = /[{}[\]]/g;
const open = /[{[]/g;
const bracketsInTurn = 4096;

/** @returns -1 where none is opened any more. */
function openFrom(text: string, from: number): number {
  open.lastIndex = from;
  return open.exec(text)?.index ?? -1;
}

/** @returns what tells the place behind the bracket that closes the one at `from`; `null` where none does. */
function bracketsIn(text: string): (from: number) => InTurns<number | null> {
  /** A quote that nothing closes. Behind it none counts, or each would be looked for to the end of the text. */
  let unclosed = text.length;
  return function* (from) {
    let depth = 0;
    let seen = 0;
    for (let at = from; ;) {
      seen += 1;
      if (seen % bracketsInTurn === 0) yield;
      const token = at < unclosed ? textOrBracket : bracket;
      token.lastIndex = at;
      const found = token.exec(text);
      if (found === null) return null;
      at = token.lastIndex;
      const [part, close = '"'] = found;
      if (close !== '"') {
        unclosed = found.index;
        at = unclosed + 1;
      } else if (part === '{' || part === '[') depth++;
      else if (part === '}' || part === ']') depth--;
      if (depth === 0) return at;
    }
  };
}

function* objectOf(text: string, isLoose: boolean): InTurns<object | 'too-much' | null> {
  try {
    const value = isLoose ? yield* parseBodyInTurns(text) : parseStrictly(text);
    return typeof value === 'object' ? value : null;
  } catch (error) {
    return error === tooMuch ? 'too-much' : null;
  }
}

function* looseAt(text: string, from: number): InTurns<LooseJson | 'too-much' | null> {
  try {
    return yield* looseJsonInTurns(text, from);
  } catch (error) {
    return error === tooMuch ? 'too-much' : null;
  }
}
