/**
 * A stand-in of Kling's query API, both generations: `/tasks?task_ids=a,b` for API keys, `/v1/videos/{kind}/{id}` for
 * tokens that are signed with the secret of an access key. It checks a token as a server does.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { openJsonServer, type Call, type JsonServer, type Reply } from './json-server.ts';

export interface KlingTask {
  /** Of the older generation. */
  readonly kind?: string;
  readonly state: 'processing' | 'done' | 'failed';
}

export interface KlingStandIn extends JsonServer {
  readonly apiKey: string;
  readonly pair: { readonly access: string; readonly secret: string };
  readonly tasks: Map<string, KlingTask>;
  /** Ids with which a whole call is refused. */
  readonly poison: Set<string>;
  /** What the next calls are answered with instead; several of the older generation's kinds by `forbidden`. */
  readonly replies: Reply[];
  readonly forbidden: Set<string>;
  /** The ids of each call about tasks, in order. */
  asked(): readonly (readonly string[])[];
}

export interface Claims {
  readonly iss: string;
  readonly exp: number;
  readonly nbf: number;
}

export async function openKlingStandIn({
  now = Date.now,
  most = Infinity,
}: { readonly now?: () => number; readonly most?: number } = {}): Promise<KlingStandIn> {
  const apiKey = 'api-key-of-the-stand-in-2026';
  const pair = { access: 'AccessKeyOfTheStandIn', secret: 'SecretKeyOfTheStandIn-0123456789' };
  const tasks = new Map<string, KlingTask>();
  const poison = new Set<string>();
  const replies: Reply[] = [];
  const forbidden = new Set<string>();

  function refusal(call: Call, isOlder: boolean): Reply | null {
    const sent = call.headers.authorization ?? '';
    if (!isOlder) return sent === `Bearer ${apiKey}` ? null : refuse(401, 1002, `Authorization is invalid: ${sent}`);
    const claims = claimsOf(sent, pair.secret);
    const seconds = now() / 1000;
    if (claims?.iss !== pair.access) return refuse(401, 1002, `Authorization is invalid: ${sent}`);
    if (claims.nbf > seconds) return refuse(401, 1003, 'Authorization is not yet valid');
    return claims.exp > seconds ? null : refuse(401, 1004, 'Authorization has expired');
  }

  const server = await openJsonServer((call): Reply => {
    const older = /^\/v1\/videos\/(.+)\/([^/]+)$/.exec(call.path);
    if (older === null && call.path !== '/tasks') return refuse(404, 1202, 'no such method');
    const refused = refusal(call, older !== null);
    if (refused !== null) return refused;
    const scripted = replies.shift();
    if (scripted !== undefined) return scripted;
    if (older !== null) {
      const [, kind = '', id = ''] = older;
      if (forbidden.has(kind)) return refuse(403, 1103, 'not allowed');
      const task = tasks.get(id);
      return task?.kind === kind ? answer(olderRecord(id, task)) : refuse(404, 1203, 'task not found');
    }
    const ids = idsOf(call);
    if (ids.length > most || ids.some((id) => poison.has(id))) return refuse(400, 1201, 'invalid task_ids');
    return answer(ids.flatMap((id) => record(id, tasks.get(id))));
  }, now);

  return {
    ...server,
    apiKey,
    pair,
    tasks,
    poison,
    replies,
    forbidden,
    asked: () => server.calls.filter(({ path }) => path === '/tasks').map(idsOf),
  };
}

/** @returns `null` where it is no token, or none that was signed with this secret. */
export function claimsOf(authorization: string, secret: string): Claims | null {
  const [, header = '', claims = '', signature = ''] =
    /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization) ?? [];
  const expected = createHmac('sha256', secret).update(`${header}.${claims}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const { alg, typ } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg: unknown; typ: unknown };
  if (alg !== 'HS256' || typ !== 'JWT') return null;
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Claims;
}

export function filmOf(id: string): string {
  return `https://cdn.example.com/${id}.mp4`;
}

function idsOf(call: Call): readonly string[] {
  return (call.query.get('task_ids') ?? '').split(',');
}

function refuse(status: number, code: number, message: string): Reply {
  return { status, json: { code, message, request_id: 'r' } };
}

function answer(data: unknown): Reply {
  return { json: { code: 0, message: 'SUCCEED', request_id: 'r', data } };
}

function record(id: string, task: KlingTask | undefined): readonly unknown[] {
  if (task === undefined) return [];
  const isDone = task.state === 'done';
  return [
    {
      id,
      status: isDone ? 'succeeded' : task.state,
      message: task.state === 'failed' ? 'the input was refused' : '',
      outputs: isDone ? [{ type: 'video', id: `o-${id}`, url: filmOf(id), duration: '5.1' }] : [],
      billing: isDone ? [{ charge_type: 'unit', amount: '3.5', list_price: '3.5' }] : [],
    },
  ];
}

function olderRecord(id: string, task: KlingTask): unknown {
  const isDone = task.state === 'done';
  return {
    task_id: id,
    task_status: isDone ? 'succeed' : task.state,
    task_status_msg: task.state === 'failed' ? 'the input was refused' : '',
    task_result: { videos: isDone ? [{ id: `o-${id}`, url: filmOf(id), duration: '5.1' }] : [] },
  };
}
