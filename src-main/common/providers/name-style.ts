/** Bodies whose names are all written in a style that the rules do not know: `TaskId` (.NET, Go), `TASK_ID`, `task-id`, `taskID`, `taskid`. */
import { isRecord, mayBeJson, namesIn, own, parseJsonText, textOf, type JsonRecord } from './json.ts';
import { remembered, wordsOf } from './names.ts';

type Style = (name: string) => string;

/** Deeper or wider than any provider goes; what lies behind stays as it is. */
const maxDepth = 10;
const maxNames = 8192;

const pascal = /^[A-Z][A-Za-z\d]*$/;
const upper = /^[A-Z][A-Z\d_]*$/;
const kebab = /^[a-z][a-z\d-]*$/;
const joined = /^[a-z][a-z\d]*$/;
const acronym = /(?<=[a-z\d])(?:URL|URI|ID)(?=s?(?:[A-Z]|$))/;
const acronyms = new RegExp(acronym, 'g');
const ofClouds = /^(?:Event|Records$)|^detail-type$/;

/** The body with its names as most write them; `null` where they are so already, or are of several styles. */
export function inCommonStyle(root: JsonRecord): JsonRecord | null {
  const names = namesIn(root);
  const [first] = names;
  if (first === undefined) return null;
  const style = isOfCloud(root, names) ? null : styleOf(root, names, first);
  return style === null ? null : renamed(root, style, 0, { left: maxNames });
}

/** Clouds that write so have rules of their own for their events, which they call by one word, and for their answers. */
function isOfCloud(root: JsonRecord, names: readonly string[]): boolean {
  return (
    names.some((name) => ofClouds.test(name)) &&
    !/[._:]/.test(textOf(own(root, 'EventType') ?? own(root, 'Event'), 100) ?? '')
  );
}

function styleOf(root: JsonRecord, names: readonly string[], first: string): Style | null {
  const initial = first.charCodeAt(0);
  const isCapital = initial >= 0x41 && initial <= 0x5a;
  if (!isCapital) return styleOfSmall(root, names);
  if (names.every((name) => upper.test(name))) return fromUpper;
  return names.every((name) => pascal.test(name)) ? fromPascal : null;
}

/** In its names, or in those of an object in it: an envelope has short ones. */
function hasHyphens(root: JsonRecord, names: readonly string[]): boolean {
  const hasOne = (name: string): boolean => name.includes('-');
  return (
    names.some(hasOne) ||
    names.some((name) => {
      const inside = isRecord(root[name]) ? namesIn(root[name]) : [];
      return inside.some(hasOne) && inside.every((each) => kebab.test(each));
    })
  );
}

function styleOfSmall(root: JsonRecord, names: readonly string[]): Style | null {
  if (hasHyphens(root, names)) return names.every((name) => kebab.test(name)) ? fromKebab : null;
  const found = new Set<ReturnType<typeof kindOf>>();
  for (const name of names) {
    found.add(kindOf(name));
    if (isRecord(root[name])) for (const inner of namesIn(root[name])) found.add(kindOf(inner));
  }
  if (found.has('with acronym')) return fromAcronyms;
  return found.has('joined') && !found.has('other') ? fromJoined : null;
}

const kindOf = remembered((name: string): 'with acronym' | 'joined' | 'one word' | 'other' => {
  if (acronym.test(name)) return 'with acronym';
  if (!joined.test(name)) return 'other';
  return fromJoined(name) === name ? 'one word' : 'joined';
});

/** `taskID` and `videoURLs` as `taskId` and `videoUrls`, beside names of any style. */
const fromAcronyms: Style = remembered((name) =>
  name.replace(acronyms, (letters) => letters.charAt(0) + letters.slice(1).toLowerCase()),
);
const fromUpper: Style = (name) => (upper.test(name) ? name.toLowerCase() : name);
const fromKebab: Style = (name) => (kebab.test(name) ? name.replaceAll('-', '_') : name);
/** `TaskId`, `URL` and `VideoURL` as `task_id`, `url` and `video_url`. */
const fromPascal: Style = (name) => (pascal.test(name) ? snakeOf(name) : name);
/** `taskid` and `resulturls` as `task_id` and `result_urls`; a name that is not all of these words stays. */
const fromJoined: Style = remembered((name) => {
  if (!joined.test(name) || name.length > 40) return name;
  const cut = cutIntoWords(name);
  return cut === null ? name : cut.join('_');
});
const joinedWords = new Set(
  `task job request execution run ticket trade order batch project provider video film movie clip animation gif mp4 image cover
  thumbnail thumb poster snapshot preview watermark frame audio voice avatar result output input download upload file media content
  url uri link arn id uuid key no number status state code success message msg text reason detail exception exc error err fail
  failed failure cancel name type format title time date at created create updated update completed complete finished finish
  started start submit ended end expires expire expiry duration width height size callback webhook hook notify prompt response
  data info list source src reference ref origin original generated generation rendered render prediction model template
  workflow base demo driving credit cost price payment used user account org client external custom progress percent count
  public signed unsigned temp remote final first last new old previous prev out sub raw api total is has from to play share page`
    .split(/\s+/)
    .flatMap((word) => [word, `${word}s`]),
);

/** The longest words first; `null` where something is left. */
function cutIntoWords(letters: string): readonly string[] | null {
  if (letters === '') return [];
  for (let length = Math.min(letters.length, 12); length > 1; length -= 1) {
    const word = letters.slice(0, length);
    if (!joinedWords.has(word)) continue;
    const rest = cutIntoWords(letters.slice(length));
    if (rest !== null) return [word, ...rest];
  }
  return null;
}

const snakeOf = remembered((name: string): string => wordsOf(name).join('_'));

function renamed(record: JsonRecord, style: Style, depth: number, budget: { left: number }): JsonRecord {
  const entries: [string, unknown][] = [];
  for (const name of namesIn(record)) {
    budget.left -= 1;
    entries.push([budget.left > 0 ? style(name) : name, inside(record[name], style, depth + 1, budget)]);
  }
  return Object.fromEntries(entries);
}

function inside(value: unknown, style: Style, depth: number, budget: { left: number }): unknown {
  if (depth > maxDepth || budget.left <= 0) return value;
  if (typeof value === 'string') {
    const held = mayBeJson(value) ? parseJsonText(value) : undefined;
    return typeof held === 'object' && held !== null ? inside(held, style, depth, budget) : value;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => inside(item, style, depth, budget));
  return isRecord(value) ? renamed(value, style, depth, budget) : value;
}
