/** The fields of a form as a JSON value: the body in one of them, or each a name of the body. */
import type { InTurns } from '../in-turns.ts';
import { isInlineLink } from '../inline-film.ts';
import { lastOfEachTask } from '../providers/batch.ts';
import { isRecord, type JsonRecord } from '../providers/json.ts';
import { idSubject, isBeside, isStateName } from '../providers/names.ts';
import { stateWordIn } from '../providers/state-reading.ts';
import { stateOf } from '../providers/state-words.ts';
import { isLink, objectIn, unpacked, writtenOut } from './object-in-text.ts';
import { readPhp } from './php-in-text.ts';

export type Field = readonly [name: string, value: string];

const maxPathParts = 8;

/** Fields that senders put the whole JSON body into. */
const carriers = new Set(['payload', 'json', 'body', 'event', 'message', 'request', 'callback', 'result']);

/** `CallbackBody`, `event_json` and their like too. */
function isCarrier(name: string): boolean {
  return carriers.has(name.toLowerCase()) || /^[a-z]{1,20}_?(?:payload|json|body)$/i.test(name);
}

type Node = Map<string, Node | string>;

/** One JSON object that fills a form is the body itself; else each field is a name of the body. */
export function* valueOf(fields: readonly Field[]): InTurns<unknown> {
  const whole: object[] = [];
  let isNamed = false;
  const isOpen = !fields.some(([name]) => namesTask(name) || isStateName(name) || isCarrier(name));
  for (const [name, text] of fields) {
    const isAbout = isOpen && aboutNames.test(name) && (yield* tellsTask(text));
    if (fields.length > 1 && !isCarrier(name) && !isAbout) continue;
    const json = (yield* objectIn(text)) ?? (yield* writtenOut(text)) ?? (yield* unpacked(text)) ?? readPhp(text);
    if (json === null) continue;
    whole.push(json);
    isNamed ||= /(?:id|no|key)\\?"\s{0,8}:/i.test(text) || !/^\s{0,8}[{[]/.test(text);
  }
  const [one] = whole;
  // Beside the name of the task it is what the task made, and a field like the others.
  const isField =
    whole.length === 1 &&
    fields.some(([name]) => namesTask(name)) &&
    (!isNamed || fields.some(([name, text]) => isStateName(name) && text !== ''));
  if (whole.length > 0 && !isField) return lastOfEachTask(whole) ?? (one === undefined ? one : withFilms(one, fields));
  const root: Node = new Map();
  for (const [name, text] of fields) place(root, pathOf(name), text);
  return yield* toValue(root);
}

/** What is called so is the caller's own, but where nothing else in the form names a task or tells how it went. */
const aboutNames = /^(?:meta|metadata|info|details)$/i;

function* tellsTask(text: string): InTurns<boolean> {
  const told = yield* objectIn(text);
  if (!isRecord(told)) return false;
  // A state may be one of a country, and a status a customer's.
  const saysHow = ([name, value]: readonly [string, unknown]): boolean =>
    isStateName(name) && stateOf(stateWordIn(value) ?? '') !== undefined;
  return Object.keys(told).some(namesTask) && Object.entries(told).some(saysHow);
}

/** What is told in one field, and the films that came as files or links of their own beside it. */
function withFilms(told: object, fields: readonly Field[]): object {
  if (!isRecord(told)) return told;
  const hasLink = fields.some(([name, text]) => isCarrier(name) && /https?:/i.test(text));
  const beside = new Map<string, Set<string>>();
  for (const [name, text] of fields) {
    if (!(hasLink ? isInlineLink(text) : isLink(text)) || isBeside(name)) continue;
    // A file is there, whatever is told of it under its name.
    const free = isTold(told, name) ? (isInlineLink(text) ? `${name}_file` : null) : name;
    if (free !== null) beside.set(free, (beside.get(free) ?? new Set<string>()).add(text));
  }
  if (beside.size === 0) return told;
  const films = [...beside].map(([name, links]) => [name, links.size === 1 ? [...links][0] : [...links]] as const);
  return { ...told, ...Object.fromEntries<unknown>(films) };
}

function isTold(told: JsonRecord, name: string): boolean {
  return Object.hasOwn(told, name) && told[name] !== null && told[name] !== '';
}

function namesTask(name: string): boolean {
  // Qencode's.
  if (/^task_?token$/i.test(name)) return true;
  return (idSubject(name) ?? '-').split(' ').some((word) => taskWords.has(word));
}

/** Whose id is a task's, also that of whoever made it (`provider_task_id`); a bare `id` has none. */
const taskWords = new Set(
  ' task job prediction generation render request video session prompt run call execution inference operation'.split(
    ' ',
  ),
);

/** `data[video][0]` as PHP and Rails write it, `data.video.0` and `data.videos[0].url` as scripts do. */
function pathOf(name: string): readonly string[] {
  if (/^[A-Za-z_]\w{0,60}(?:\.\w{1,60}|\[\d{0,4}\]){1,8}$/.test(name) && name.includes('.')) {
    return name.replace(/\[(\d*)\]/g, '.$1').split('.');
  }
  const bare = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name);
  if (bare === null) return [name];
  const rest = [...(bare[2] ?? '').matchAll(/\[([^[\]]*)\]/g)].map(([, part = '']) => part);
  return rest.length < maxPathParts ? [bare[1] ?? name, ...rest] : [name];
}

function place(root: Node, path: readonly string[], text: string): void {
  let node = root;
  for (const part of path.slice(0, -1)) {
    const key = part === '' ? String(node.size) : part;
    const next = node.get(key);
    if (next instanceof Map) {
      node = next;
      continue;
    }
    const made: Node = new Map();
    node.set(key, made);
    node = made;
  }
  const last = path.at(-1) ?? '';
  const before = last === '' ? undefined : node.get(last);
  // Links of one name, one after the other, are a list.
  if (before instanceof Map && isLink(text) && before.get('0') !== undefined) before.set(String(before.size), text);
  else if (typeof before === 'string' && before !== text && isLink(before) && isLink(text)) {
    node.set(last, new Map([before, text].map((link, index) => [String(index), link])));
  } else node.set(last === '' ? String(node.size) : last, text);
}

function* toValue(node: Node | string): InTurns<unknown> {
  if (typeof node === 'string') return (yield* objectIn(node)) ?? node;
  const fields: (readonly [string, unknown])[] = [];
  for (const [key, value] of node) {
    fields.push([key, yield* toValue(value)]);
    yield;
  }
  if (fields.length > 0 && fields.every(([key], index) => key === String(index)))
    return fields.map(([, value]) => value);
  // Own properties, also where a field is called `__proto__`.
  return Object.fromEntries(fields);
}
