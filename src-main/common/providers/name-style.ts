/** Bodies whose names are all written in a style that the rules do not know: `TaskId` (.NET, Go), `TASK_ID`, `task-id`. */
import { isRecord, mayBeJson, namesIn, own, parseJsonText, textOf, type JsonRecord } from './json.ts';
import { remembered, wordsOf } from './names.ts';

type Style = (name: string) => string;

/** Deeper or wider than any provider goes; what lies behind stays as it is. */
const maxDepth = 10;
const maxNames = 8192;

const pascal = /^[A-Z][A-Za-z\d]*$/;
const upper = /^[A-Z][A-Z\d_]*$/;
const kebab = /^[a-z][a-z\d-]*$/;
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
  if (!isCapital) return hasHyphens(root, names) && names.every((name) => kebab.test(name)) ? fromKebab : null;
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

const fromUpper: Style = (name) => (upper.test(name) ? name.toLowerCase() : name);
const fromKebab: Style = (name) => (kebab.test(name) ? name.replaceAll('-', '_') : name);
/** `TaskId`, `URL` and `VideoURL` as `task_id`, `url` and `video_url`. */
const fromPascal: Style = (name) => (pascal.test(name) ? snakeOf(name) : name);
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
