/** Types vanish at run time, so the arguments of each call are parsed on arrival. */
import * as v from 'valibot';
import { type Args, type ArgParsers, type CallName, copiedTexts } from './contract.ts';
import { InboxError } from './errors.ts';
import { placeOfIssue, wordsOfIssue } from './issue-words.ts';
import { taskStates } from './model.ts';
import { commandTexts } from './texts/en-commands.ts';
import { taskOrders } from './search/task-order.ts';
import { labelColors, settingsPatchSchema } from './settings.ts';
import { labelLimit } from './tags-in-text.ts';
import { searchLimit, stateFilters, views } from './task-query.ts';

const linkText = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(8192));
const videoNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096));
/** Of what a call takes, in characters. */
export const shortTextLimit = 600;
export const promptLimit = 20_000;
export const sourceLimit = 8192;
const shortText = v.pipe(v.string(), v.maxLength(shortTextLimit));
const project = v.nullable(v.pipe(shortText, v.normalize('NFC')));
const keys = quickly(v.pipe(v.array(shortText), v.maxLength(1_000_000)), areKeys);
const someKeys = v.pipe(keys, v.minLength(1));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** 2 MiB in base64. */
const imageText = v.pipe(v.string(), v.maxLength(2_900_000), v.regex(/^[A-Za-z0-9+/]+={0,2}$/));

const taskFilter = v.object({
  view: v.picklist(views),
  text: v.pipe(v.string(), v.maxLength(searchLimit)),
  state: v.picklist(stateFilters),
  provider: v.nullable(shortText),
  order: v.picklist(taskOrders),
  reverse: v.exactOptional(v.boolean()),
  stacked: v.exactOptional(v.boolean()),
  timeZone: v.pipe(v.string(), v.maxLength(64)),
  until: v.exactOptional(v.pipe(v.string(), v.isoTimestamp())),
});
const providerIds = /^[a-z0-9][a-z0-9-]{0,39}$/;
const providerId = v.pipe(v.string(), v.regex(providerIds, 'is no provider'));
const orderIds = /^[\w.-]{8,100}$/;
export const isProviderId = (text: string): boolean => providerIds.test(text);
export const isOrderId = (text: string): boolean => orderIds.test(text);
const sourceList = v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(sourceLimit))), v.maxLength(32));
/** A list is read as an object whose names are its places, none of which a provider knows: another film would be paid for. */
export const orderParams = v.pipe(
  v.record(v.pipe(v.string(), v.maxLength(200)), v.unknown()),
  v.check(
    (fields) => !Object.keys(fields).some((each) => /^\d+$/.test(each)),
    'is a list; name each field: {"seed": 7}',
  ),
);
/** A name that is none is refused: with a misspelt `id` an order would be paid twice, with a misspelt field for another film. */
const order = v.strictObject({
  provider: providerId,
  model: v.nullable(shortText),
  prompt: v.nullable(v.pipe(v.string(), v.maxLength(promptLimit))),
  videos: sourceList,
  images: sourceList,
  params: orderParams,
  project,
  again: v.exactOptional(shortText),
  id: v.exactOptional(v.pipe(v.string(), v.regex(orderIds, 'is no id: 8 to 100 letters, digits, dots and dashes'))),
});

const orders = v.pipe(v.array(order), v.minLength(1), v.maxLength(500));

const taskQuery = v.object({
  ...taskFilter.entries,
  offset: count,
  limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500)),
});
const endOfRun = v.union([shortText, count]);

const rule = v.object({ query: taskFilter, except: v.exactOptional(someKeys) });
const selection = v.union([someKeys, v.object({ keys: someKeys }), rule]);

const writtenLabel = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(labelLimit));
/** Keyboards and names of files write an accent in two ways that look the same, and are to be one label. */
const labelName = v.pipe(writtenLabel, v.normalize('NFC'));
const tags = v.pipe(
  v.array(labelName),
  v.maxLength(64),
  v.transform((names) => [...new Set(names)]),
);
/** Also as it was written before that was so. */
const tagsToRemove = v.pipe(
  v.array(writtenLabel),
  v.maxLength(64),
  v.transform((names) => [...new Set(names.flatMap((each) => [each, each.normalize('NFC'), each.normalize('NFD')]))]),
);
const labelKind = v.picklist(['tag', 'project']);
const marks = v.strictObject({
  seen: v.exactOptional(v.boolean()),
  starred: v.exactOptional(v.boolean()),
  rating: v.exactOptional(v.pipe(count, v.maxValue(5))),
  pick: v.exactOptional(v.nullable(v.picklist(['picked', 'rejected']))),
  tags: v.exactOptional(tags),
});
const tagChange = v.strictObject({ add: v.exactOptional(tags), remove: v.exactOptional(tagsToRemove) });
const name = v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(200)));
const projectName = v.nullable(v.pipe(v.string(), v.trim(), v.maxLength(200), v.normalize('NFC')));
const note = v.nullable(v.pipe(v.string(), v.maxLength(20_000)));

const whole = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));

const parsers = {
  'app:info': parser('app:info', v.tuple([])),
  'app:status': parser('app:status', v.tuple([])),
  'app:diagnostics': parser('app:diagnostics', v.tuple([])),
  'app:pageBroke': parser('app:pageBroke', v.tuple([v.pipe(v.string(), v.maxLength(8000))])),
  'tasks:query': parser('tasks:query', v.tuple([taskQuery])),
  'tasks:rows': parser('tasks:rows', v.tuple([taskQuery])),
  'tasks:keys': parser('tasks:keys', v.tuple([taskFilter, endOfRun, endOfRun])),
  'tasks:takes': parser('tasks:takes', v.tuple([shortText])),
  'tasks:complete': parser('tasks:complete', v.tuple([taskFilter])),
  'tasks:sums': parser('tasks:sums', v.tuple([selection])),
  'tasks:texts': parser('tasks:texts', v.tuple([selection, v.picklist(copiedTexts)])),
  'tasks:counts': parser('tasks:counts', v.tuple([])),
  'tasks:labels': parser('tasks:labels', v.tuple([])),
  'labels:rename': parser('labels:rename', v.tuple([labelKind, shortText, v.nullable(labelName)])),
  'labels:color': parser('labels:color', v.tuple([labelKind, shortText, v.nullable(v.picklist(labelColors))])),
  'tasks:list': parser(
    'tasks:list',
    v.tuple([
      v.object({
        state: v.nullable(v.picklist(taskStates)),
        limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000)),
        query: v.exactOptional(v.pipe(v.string(), v.maxLength(searchLimit))),
      }),
    ]),
  ),
  'tasks:get': parser('tasks:get', v.tuple([shortText])),
  'tasks:places': parser('tasks:places', v.tuple([v.pipe(v.array(shortText), v.maxLength(1000))])),
  'tasks:missing': parser('tasks:missing', v.tuple([v.pipe(v.array(shortText), v.maxLength(1000))])),
  'tasks:mark': parser('tasks:mark', v.tuple([selection, marks])),
  'tasks:tag': parser('tasks:tag', v.tuple([selection, tagChange])),
  'tasks:setProject': parser('tasks:setProject', v.tuple([selection, projectName])),
  'tasks:trash': parser('tasks:trash', v.tuple([selection])),
  'tasks:restore': parser('tasks:restore', v.tuple([selection])),
  'tasks:purge': parser('tasks:purge', v.tuple([v.union([v.literal('all'), selection])])),
  'tasks:retry': parser('tasks:retry', v.tuple([v.union([shortText, selection])])),
  'tasks:undo': parser('tasks:undo', v.tuple([shortText])),
  'tasks:setTitle': parser('tasks:setTitle', v.tuple([shortText, name])),
  'tasks:setNote': parser('tasks:setNote', v.tuple([shortText, note])),
  'tasks:newLink': parser('tasks:newLink', v.tuple([shortText, videoNumber, linkText])),
  'tasks:attachFile': parser('tasks:attachFile', v.tuple([shortText, videoNumber, linkText])),
  'tasks:import': parser('tasks:import', v.tuple([linkText])),
  'tasks:locate': parser('tasks:locate', v.tuple([shortText, videoNumber, linkText])),
  'tasks:settle': parser('tasks:settle', v.tuple([shortText, v.boolean()])),
  'export:prepare': parser(
    'export:prepare',
    v.tuple([
      selection,
      v.object({
        title: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200)),
        template: v.pipe(v.string(), v.maxLength(400)),
        metadata: v.boolean(),
        markers: v.boolean(),
        client: v.boolean(),
        language: v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{2,20}$/, 'is no language')),
      }),
    ]),
  ),
  'tasks:savePoster': parser('tasks:savePoster', v.tuple([shortText, imageText])),
  'tasks:saveStrip': parser('tasks:saveStrip', v.tuple([shortText, videoNumber, imageText])),
  'previews:wanted': parser('previews:wanted', v.tuple([v.nullable(count)])),
  'previews:clear': parser('previews:clear', v.tuple([])),
  'callback:url': parser('callback:url', v.tuple([])),
  'callback:sendTest': parser(
    'callback:sendTest',
    v.tuple([v.object({ provider: v.nullable(shortText), fail: v.boolean() })]),
  ),
  'callback:list': parser('callback:list', v.tuple([])),
  'callback:mint': parser(
    'callback:mint',
    v.tuple([
      v.object({
        label: shortText,
        project,
        provider: v.exactOptional(v.nullable(shortText)),
      }),
    ]),
  ),
  'nodes:forget': parser('nodes:forget', v.tuple([shortText])),
  'callback:revoke': parser('callback:revoke', v.tuple([shortText])),
  'requests:query': parser(
    'requests:query',
    v.tuple([
      v.object({
        show: v.picklist(['all', 'refused', 'odd']),
        provider: v.nullable(shortText),
        text: v.pipe(v.string(), v.maxLength(1000)),
        key: v.exactOptional(shortText),
        offset: count,
        limit: whole(1, 10_000),
      }),
    ]),
  ),
  'requests:get': parser('requests:get', v.tuple([count])),
  'requests:replay': parser(
    'requests:replay',
    v.tuple([
      count,
      v.object({
        to: v.nullable(v.pipe(v.string(), v.maxLength(4096))),
        sign: v.boolean(),
        take: v.boolean(),
      }),
    ]),
  ),
  'tunnel:details': parser('tunnel:details', v.tuple([])),
  'tunnel:check': parser('tunnel:check', v.tuple([])),
  'tunnel:dismissDrift': parser('tunnel:dismissDrift', v.tuple([])),
  'settings:get': parser('settings:get', v.tuple([])),
  'settings:update': parser('settings:update', v.tuple([settingsPatchSchema])),
  'secrets:set': parser('secrets:set', v.tuple([shortText, v.nullable(v.pipe(v.string(), v.maxLength(4096)))])),
  'twin:connect': parser(
    'twin:connect',
    v.tuple([v.pipe(v.string(), v.maxLength(2048)), v.pipe(v.string(), v.maxLength(4096))]),
  ),
  'twin:disconnect': parser('twin:disconnect', v.tuple([])),
  'downloads:setPaused': parser('downloads:setPaused', v.tuple([v.boolean()])),
  'digest:get': parser('digest:get', v.tuple([])),
  'digest:dismiss': parser('digest:dismiss', v.tuple([])),
  'hooks:test': parser('hooks:test', v.tuple([])),
  'hooks:forgetLost': parser('hooks:forgetLost', v.tuple([])),
  'apiKeys:list': parser('apiKeys:list', v.tuple([])),
  'apiKeys:new': parser(
    'apiKeys:new',
    v.tuple([v.object({ scope: v.picklist(['local', 'twin']), label: v.pipe(v.string(), v.maxLength(80)) })]),
  ),
  'apiKeys:revoke': parser('apiKeys:revoke', v.tuple([shortText])),
  'watch:add': parser(
    'watch:add',
    v.tuple([providerId, shortText, v.object({ model: v.nullable(shortText), project })]),
  ),
  'watch:remove': parser('watch:remove', v.tuple([shortText])),
  'watch:list': parser('watch:list', v.tuple([])),
  'tasks:upgrade': parser(
    'tasks:upgrade',
    v.tuple([shortText, v.pipe(v.number(), v.integer(), v.minValue(1)), v.picklist(['1080p', '4k'])]),
  ),
  'tasks:ask': parser('tasks:ask', v.tuple([shortText])),
  'providers:list': parser('providers:list', v.tuple([])),
  'providers:balance': parser('providers:balance', v.tuple([shortText])),
  'submissions:outlook': parser('submissions:outlook', v.tuple([shortText, v.nullable(shortText)])),
  'submissions:models': parser('submissions:models', v.tuple([])),
  'submissions:form': parser('submissions:form', v.tuple([providerId, v.nullable(shortText)])),
  'submissions:check': parser('submissions:check', v.tuple([order])),
  'submissions:send': parser('submissions:send', v.strictTuple([order])),
  'submissions:madeBefore': parser('submissions:madeBefore', v.tuple([orders])),
  'submissions:sendMany': parser(
    'submissions:sendMany',
    v.strictTuple([orders, v.strictObject({ budgetCredits: v.nullable(v.pipe(v.number(), v.minValue(0))) })]),
  ),
  'submissions:open': parser('submissions:open', v.tuple([])),
  'submissions:get': parser('submissions:get', v.tuple([shortText])),
  'library:costs': parser('library:costs', v.tuple([v.pipe(v.string(), v.maxLength(64))])),
  'library:doctor': parser(
    'library:doctor',
    v.tuple([v.object({ rebuild: v.boolean(), reread: v.exactOptional(v.picklist(['preview', 'apply'])) })]),
  ),
};

export const argParsers: ArgParsers = parsers;

/** What each call takes, for whoever describes it to others. */
export const argSchemas: readonly { readonly name: string; readonly schema: v.GenericSchema }[] = Object.entries(
  parsers,
).map(([name, { schema }]) => ({ name, schema }));

interface Parser<K extends CallName> {
  (raw: readonly unknown[]): Args<K>;
  readonly schema: v.GenericSchema<unknown, Args<K>>;
}

function parser<K extends CallName>(name: K, schema: v.GenericSchema<unknown, Args<K>>): Parser<K> {
  const parse = (raw: readonly unknown[]): Args<K> => {
    const parsed = v.safeParse(schema, raw);
    if (parsed.success) return parsed.output;
    const [issue] = parsed.issues;
    if (isLongPrompt(issue)) throw longPrompt(issue.input);
    const where = placeOfIssue(issue) ?? 'arguments';
    throw new InboxError('bad-request', commandTexts.callNotUnderstood(name, where, wordsOfIssue(issue)));
  };
  return Object.assign(parse, { schema });
}

/** A person writes a prompt, and is told in words what is wrong with it. */
export function isLongPrompt(issue: v.BaseIssue<unknown>): issue is v.BaseIssue<string> {
  return issue.type === 'max_length' && typeof issue.input === 'string' && issue.path?.at(-1)?.key === 'prompt';
}

export function longPrompt(written: string): InboxError {
  return new InboxError('bad-request', commandTexts.promptTooLong(promptLimit, written.length));
}

/** The schema makes an object for each item: of a hundred thousand keys, 40 ms in which no callback is answered. */
function quickly<T extends v.GenericSchema>(schema: T, isRight: (value: unknown) => boolean): T {
  const run: T['~run'] = (dataset, config) =>
    isRight(dataset.value) ? { typed: true, value: dataset.value } : schema['~run'](dataset, config);
  return { ...schema, '~run': run };
}

function areKeys(value: unknown): boolean {
  const isKey = (item: unknown): boolean => typeof item === 'string' && item.length <= shortTextLimit;
  return Array.isArray(value) && value.length <= 1_000_000 && value.every(isKey);
}
