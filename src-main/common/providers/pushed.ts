/** Bodies inside messages: what queues push as base64, and calls that carry the body as their parameters. */
import { textOfPacked } from '../base64.ts';
import { idIn, idInside } from './batch-ids.ts';
import { isRecord, namesIn, numberOf, own, parseJsonText, textOf, type JsonRecord } from './json.ts';
import { isHttpUrl } from './link-text.ts';
import { eventNames, isStateName } from './names.ts';

/** Google's Pub/Sub has it in `message.data`, CloudEvents in `data_base64`, API gateways and QStash in `body`, Logic Apps in `$content`. */
const carriers = ['data_base64', 'data', 'body', 'payload', '$content'] as const;

/** What the message holds; `null` where the body is none, or tells of itself what it is about. */
export function pushedIn(body: JsonRecord): JsonRecord | null {
  if (typeof own(body, 'jsonrpc') === 'string') {
    const params = own(body, 'params');
    if (isRecord(params)) return { event: own(body, 'method'), ...params };
    const result = own(body, 'result');
    return isRecord(result) ? toolResultIn(result) : null;
  }
  const published = publishedIn(body);
  if (published !== null) return published;
  const stored = storedIn(own(body, 'Records'));
  if (stored !== null) return stored;
  const told = toolResultIn(body);
  if (told !== null) return told;
  const message = own(body, 'message');
  const held = bodyIn(body) ?? (isRecord(message) ? bodyIn(message) : null);
  return held === null || saysState(body) ? wholeIn(body) : held;
}

/**
 * `{"task": {"id": …, "status": …}}`: with nothing around it, it is the body itself; so is the run of which ComfyUI's history tells
 * under its id. `null` for others.
 */
export function onlyIn(body: JsonRecord): JsonRecord | null {
  const names = namesIn(body);
  const [name = ''] = names;
  const made = names.length === 1 && /\d/.test(name) ? body[name] : null;
  if (isRecord(made) && isRecord(own(made, 'outputs')) && isRecord(own(made, 'status')))
    return { prompt_id: name, ...made };
  const held = names.length === 1 && onlyNames.has(name) ? body[name] : null;
  if (!isRecord(held) || isRecord(own(held, name))) return null;
  const tells =
    saysState(held) ||
    numberOf(own(held, 'code')) !== null ||
    eventNames.some((each) => typeof own(held, each) === 'string');
  return tells && (idIn(held) ?? idInside(held)) !== null ? held : null;
}

const onlyNames: ReadonlySet<string> = new Set(
  'task job prediction generation render run response result record payload'.split(' '),
);

/** Amazon SNS has it in a text, and around it only how it came. */
function publishedIn(body: JsonRecord): JsonRecord | null {
  const message = own(body, 'Message');
  if (typeof message !== 'string' || textOf(own(body, 'TopicArn'), 1) === null) return null;
  const held = parseJsonText(message);
  return isRecord(held) ? held : null;
}

/** What a relay puts around what came to it. */
const aroundNames = [
  'data',
  'payload',
  'body',
  'event',
  'message',
  'callback',
  'request',
  'content',
  'result',
] as const;

/** Of a message that comes again. What we sent is called so, too: of these only a task with its state, or an event, is taken. */
const againNames: ReadonlySet<string> = new Set([
  'original_payload',
  'originalPayload',
  'original_body',
  'originalBody',
  'original_event',
  'originalEvent',
  'original_message',
  'originalMessage',
  'webhook',
]);
/** What queues put around it, where nothing else stands there: Kafka, n8n, and Amazon's with each message in a list. */
const queueNames: ReadonlySet<string> = new Set(['value', 'json', 'Records', 'Sns']);
const wholeNames = [...aroundNames, ...againNames, ...queueNames];

/**
 * A whole callback that stands in another object: `{"statusCode": 200, "body": "{\"code\": 501, …}"}`. Whoever handed it on says
 * nothing of how the task went.
 */
function wholeIn(body: JsonRecord, depth = 0): JsonRecord | null {
  for (const name of wholeNames) {
    const listed = own(body, name);
    if (listed === undefined || listed === null) continue;
    if (queueNames.has(name) && (idIn(body) !== null || !isNothingElse(body))) continue;
    const value: unknown = name === 'Records' && Array.isArray(listed) && listed.length === 1 ? listed[0] : listed;
    const isText =
      typeof value === 'string' &&
      (name === 'body' || againNames.has(name) ? /^\s*\{/.test(value) : mayBeWhole.test(value));
    const held = isText ? parseJsonText(value) : value;
    if (!isRecord(held)) continue;
    if (isWhole(held, name, body)) return held;
    const received =
      isOfHttp(held) && idIn(body)?.kind !== 'task' && !saysState(body) ? recordIn(own(held, 'body')) : null;
    if (received !== null) return received;
    // One relay behind another.
    if (depth > 2 || !isNothingElse(body)) continue;
    const further = publishedIn(held) ?? (isNothingElse(held) ? wholeIn(held, depth + 1) : null);
    if (further !== null && (idIn(further) ?? idInside(further)) !== null) return further;
  }
  return null;
}

/** Neither a task of its own nor the link of a film. */
export function isNothingElse(body: JsonRecord): boolean {
  if (saysState(body) || idIn(body)?.kind === 'task') return false;
  return isOfHttp(body) || !namesIn(body).some((name) => isHttpUrl(textOf(body[name], 300) ?? ''));
}

function recordIn(value: unknown): JsonRecord | null {
  const held = typeof value === 'string' ? parseJsonText(value) : value;
  return isRecord(held) ? held : null;
}

function holdsTask(record: JsonRecord): boolean {
  return [record, ...insideNames.map((name) => own(record, name))].some(
    (each) => isRecord(each) && idIn(each)?.kind === 'task' && saysState(each),
  );
}

/** A request or an answer as a program keeps it; its status is that of the way. */
function isOfHttp(body: JsonRecord): boolean {
  return ['headers', 'statusCode', 'status_code', 'httpMethod', 'method'].some((name) => own(body, name) !== undefined);
}

const mayBeWhole = /^\s*\{(?=[^]{0,2000}"(?:code|type|event|event_type|eventType)"\s{0,8}:)/;
const insideNames = ['data', 'payload', 'event_data', 'info'] as const;

/** The code of an answer with a sentence beside it, or an event with what it is about; what is around it names no task. */
function isWhole(held: JsonRecord, name: string, body: JsonRecord): boolean {
  const hasCode = numberOf(own(held, 'code')) !== null && textOf(own(held, 'msg') ?? own(held, 'message'), 1) !== null;
  const event = eventNames.map((each) => own(held, each)).find((value) => value !== undefined && value !== null);
  const isEvent =
    typeof event === 'string' &&
    /[a-z][._:/][a-z]/i.test(event) &&
    insideNames.some((each) => isRecord(own(held, each)));
  const isTold = againNames.has(name)
    ? holdsTask(held) || isEvent
    : hasCode || isEvent || (name === 'body' && (isOfHttp(body) || namesIn(body).length === 1));
  if (!isTold) return false;
  const outer = saysState(body) ? 'state' : (idIn(body)?.kind ?? null);
  return outer === null || (outer === 'bare' && (idIn(held) ?? idInside(held)) !== null);
}

/** Amazon S3 tells what was put into a bucket, each file a task of its own; of what was taken out of it nothing. */
function storedIn(records: unknown): JsonRecord | null {
  if (!Array.isArray(records)) return null;
  const tasks: JsonRecord[] = [];
  for (const record of records.slice(0, 64) as readonly unknown[]) {
    const s3 = isRecord(record) ? own(record, 's3') : null;
    const event = isRecord(record) ? textOf(own(record, 'eventName'), 100) : null;
    if (!isRecord(s3) || event === null || !/^(?:s3:)?ObjectCreated:/.test(event)) return null;
    const [bucket, object] = [own(s3, 'bucket'), own(s3, 'object')];
    const name = isRecord(bucket) ? textOf(own(bucket, 'name'), 100) : null;
    const key = isRecord(object) ? textOf(own(object, 'key'), 1024) : null;
    if (name === null || key === null) return null;
    tasks.push({ task_id: `${name}/${key}`, status: 'completed', url: `s3://${name}/${key}` });
  }
  const [only] = tasks;
  return tasks.length === 1 && only !== undefined ? only : tasks.length > 1 ? { tasks } : null;
}

/** What a tool of an agent answers (MCP): an object of its own, or as the text of JSON. */
function toolResultIn(result: JsonRecord): JsonRecord | null {
  const content = own(result, 'content');
  if (!Array.isArray(content) || namesIn(result).some((name) => !toolNames.has(name))) return null;
  const structured = own(result, 'structuredContent');
  if (isRecord(structured)) return structured;
  for (const item of content.slice(0, 8) as readonly unknown[]) {
    const text = isRecord(item) && own(item, 'type') === 'text' ? own(item, 'text') : null;
    const held = typeof text === 'string' ? parseJsonText(text) : undefined;
    if (isRecord(held)) return held;
  }
  return null;
}

const toolNames = new Set(['content', 'structuredContent', 'isError', '_meta']);

function bodyIn(record: JsonRecord): JsonRecord | null {
  for (const name of carriers) {
    const value = own(record, name);
    if (typeof value !== 'string') continue;
    const text = value.trim();
    const held = parseJsonText((/^%7b/i.test(text) ? written(text) : textOfPacked(text)) ?? '');
    if (isRecord(held)) return held;
    if (Array.isArray(held) && held.some(isRecord)) return listedIn(record, name, held);
  }
  return null;
}

/** The films of one task in a list have its id beside them; of several tasks each has its own. */
function listedIn(record: JsonRecord, name: string, list: readonly unknown[]): JsonRecord {
  const beside = idIn(record);
  const isOfOne =
    beside !== null &&
    (beside.kind === 'task' || !list.some((each) => isRecord(each) && (idIn(each) ?? idInside(each)) !== null));
  return isOfOne ? { ...record, [name]: null, data: list } : { data: list };
}

/** Made for an address, and put into JSON. */
function written(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function saysState(body: JsonRecord): boolean {
  return namesIn(body).some((name) => isStateName(name) && textOf(body[name], 100) !== null);
}
