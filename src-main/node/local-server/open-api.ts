/** The calls of the contract as OpenAPI 3.1, made from the schemas that check their arguments. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type { CallName } from '../../common/contract.ts';
import { typedHere } from '../../common/texts/typed.ts';
import { argSchemas } from '../../common/parse-calls.ts';
import { answerOf, answerParts } from './open-api-answers.ts';

/** What a script is most likely to need comes with a sentence; every call is listed. */
const summaries: Partial<Record<CallName, string>> = {
  'app:status': 'How the inbox is: tasks, videos, disk, tunnel, watch list. As "video-inbox status --json".',
  'app:diagnostics': 'What a maintainer needs to know, as text: no addresses, keys or prompts.',
  'tasks:get': 'One task by its key or its task id, or null.',
  'tasks:places': 'Where the videos of tasks are: paths on this machine, or addresses such as s3://….',
  'tasks:list': 'Tasks, newest first.',
  'tasks:query': 'A window of the library with sections by day.',
  'tasks:rows': 'The same for a page that lists tasks: what cards show, without what has its usual value.',
  'tasks:ask': 'Asks the provider about a task now.',
  'tasks:upgrade': 'Asks for a larger version of a finished video (Veo: 1080p, 4k).',
  'tasks:retry': 'Fetches what failed again.',
  'tasks:newLink': 'Another link to a video of a task.',
  'watch:add': 'Waits for a task that was made elsewhere: by its callback, or by asking.',
  'watch:list': 'What is waited for.',
  'submissions:send': 'Orders a video. Sent at most once; "unknown" means: not known whether it was made.',
  'submissions:madeBefore': 'Whether the same was ordered, and paid, before.',
  'submissions:sendMany': 'Orders several videos within a budget of credits.',
  'submissions:form': 'The fields that a model takes.',
  'submissions:models': "kie.ai's models with prices, as published.",
  'submissions:outlook': 'How many orders of a model go well, how long it takes and what it usually costs.',
  'providers:list': 'Whom orders can be sent to, and who can be asked.',
  'callback:url': 'The callback URL to give to a provider.',
  'callback:mint': 'Another callback URL, for one project or one order.',
};

const answers = new Map(Object.entries(answerOf));
const summaryOf = new Map<string, string>(Object.entries(summaries));

let text: { readonly version: string; readonly json: string } | null = null;

/** Made when it is first asked for. */
export function openApiText(version: string): string {
  if (text?.version !== version) text = { version, json: JSON.stringify(openApi(version), null, 2) };
  return text.json;
}

function openApi(version: string): unknown {
  const paths = Object.fromEntries(
    argSchemas.map(({ name, schema }) => [
      `/call/${name}`,
      {
        post: {
          operationId: name.replace(':', '_'),
          tags: [name.split(':')[0]],
          summary: summaryOf.get(name) ?? name,
          requestBody: {
            required: true,
            description: 'The arguments, in their order.',
            content: { 'application/json': { schema: described(schema) } },
          },
          responses: {
            200: answer('The value of the call.', answerTo(name)),
            default: answer('What went wrong, as a code and a sentence.', refOf('Refusal')),
          },
        },
      },
    ]),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'Video Inbox, local API',
      version,
      description: `On loopback only. Make a key with "${typedHere()} api-key new" and send it as "Authorization: Bearer KEY". Every call is a POST of a JSON array of arguments.`,
    },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    paths: {
      ...paths,
      '/events': {
        get: {
          operationId: 'events',
          summary: 'Changes as server-sent events; Last-Event-ID goes on where a connection broke.',
          responses: {
            200: { description: 'A stream.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
          },
        },
      },
    },
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
      schemas: {
        ...Object.fromEntries(Object.entries(answerParts).map(([name, schema]) => [name, described(schema)])),
        Answer: {
          type: 'object',
          required: ['ok', 'value'],
          properties: { ok: { const: true }, value: { description: 'See the summary of the call.' } },
        },
        Refusal: {
          type: 'object',
          required: ['ok', 'error'],
          properties: {
            ok: { const: false },
            error: {
              type: 'object',
              required: ['code', 'message'],
              properties: { code: { type: 'string' }, message: { type: 'string' } },
            },
          },
        },
      },
    },
  };
}

function described(schema: Parameters<typeof toJsonSchema>[0]): unknown {
  const whole = { ...toJsonSchema(schema, { errorMode: 'ignore', target: 'draft-2020-12' }) };
  delete whole.$schema;
  return whole;
}

function refOf(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** What the call answers where that is described; else any value. */
function answerTo(name: string): unknown {
  const known = answers.get(name);
  if (known === undefined) return refOf('Answer');
  const one = refOf(known.part);
  const value = { one, maybe: { anyOf: [one, { type: 'null' }] }, list: { type: 'array', items: one } }[known.as];
  return { type: 'object', required: ['ok', 'value'], properties: { ok: { const: true }, value } };
}

function answer(description: string, schema: unknown): unknown {
  return { description, content: { 'application/json': { schema } } };
}
