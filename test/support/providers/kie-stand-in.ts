/**
 * kie.ai as its documents describe it, on a loopback port: catalogue, creation, records of all five APIs, uploads, fresh
 * links, balance, result files. What a task does is scripted; time is the caller's, so that days pass in a moment.
 */
import { openJsonServer, type Call, type JsonServer, type Reply } from './json-server.ts';
import { catalogueAnswer } from './kie-catalogue.ts';

export type KieKind = 'aleph' | 'luma' | 'runway' | 'veo' | 'market';

/** How one task goes. Times count from its creation. */
export interface TaskScript {
  /**
   * `lost`: made, but the answer never arrives. `hang`: made, and no answer ever. `broken`: made and named, and told as a
   * server's fault. A number: refused with that code.
   */
  readonly create: 'ok' | 'lost' | 'hang' | 'broken' | number;
  readonly doneAfterMs: number;
  readonly ends: 'success' | 'empty' | 'fail' | 'moderated' | 'flag4' | 'gone' | 'never';
  /** Answers to questions before the true ones: a code, or a misbehaviour. */
  readonly asks: readonly (number | 'drop' | 'hang' | 'nonsense')[];
  /** The links of a record die after so long (403). */
  readonly linkLifeMs: number;
  /** The first link is dead from the start; a later question names another one. */
  readonly deadFirstLink: boolean;
  /** No link of the record ever opens; a fresh one from download-url does. */
  readonly onlyFreshLink: boolean;
  /** The one fresh link breaks off after so many bytes and is dead from then on; no other is made. */
  readonly freshDiesAfter: number | null;
  /** Larger versions are there so long after they were first asked for. */
  readonly upgradeAfterMs: number;
  /** Answers to questions for larger versions before the true ones, `gateway` with their status: none begins to make one. */
  readonly upgradeAsks: readonly (number | 'drop' | 'nonsense' | { readonly gateway: number })[];
  /** Files break off after so many bytes, once. */
  readonly cutOnce: number | null;
  /** Credits that are taken at once for an order. */
  readonly charges: number;
}

export interface StandInTask {
  readonly id: string;
  readonly kind: KieKind;
  readonly createdAt: number;
  readonly script: TaskScript;
  readonly callbackUrl: string | null;
  readonly order: Readonly<Record<string, unknown>>;
  /** Questions so far. */
  asked: number;
  /** Questions after an answer that said how it ended. */
  askedAfterEnd: number;
  endTold: boolean;
  cuts: number;
  /** When a larger version was first asked for. */
  upgradeAskedAt: number | null;
  /** Questions for larger versions so far. */
  upgradesAsked: number;
}

export interface KieStandIn {
  readonly origin: string;
  readonly host: string;
  readonly key: string;
  readonly tasks: ReadonlyMap<string, StandInTask>;
  readonly calls: readonly Call[];
  /** Used by the tasks that are made from now on. */
  script(changes: Partial<TaskScript>): void;
  /** A task that was made elsewhere. */
  add(kind: KieKind, id: string, changes?: Partial<TaskScript>): StandInTask;
  setBalance(credits: number): void;
  /** Uploads are answered only once the returned function is called. */
  holdUploads(): () => void;
  /** The same for orders. They are counted when they come. */
  holdOrders(): () => void;
  /** Every call is answered with this code from now on; `null` = as it is. */
  refuse(code: number | null, retryAfterSeconds?: number): void;
  /** Every call is 401 from now on. */
  revokeKey(isRevoked?: boolean): void;
  /** The most creations that any 10 s saw, and how many were turned away for it. */
  createRate(): { readonly mostIn10s: number; readonly turnedAway: number };
  /** Of a task that ended: what its callback says. */
  callbackBody(id: string): unknown;
  close(): Promise<void>;
}

const usual: TaskScript = {
  create: 'ok',
  doneAfterMs: 60_000,
  ends: 'success',
  asks: [],
  linkLifeMs: Infinity,
  deadFirstLink: false,
  onlyFreshLink: false,
  freshDiesAfter: null,
  upgradeAfterMs: 0,
  upgradeAsks: [],
  cutOnce: null,
  charges: 1,
};

const creations: Readonly<Record<string, KieKind>> = {
  '/api/v1/aleph/generate': 'aleph',
  '/api/v1/modify/generate': 'luma',
  '/api/v1/runway/generate': 'runway',
  '/api/v1/runway/extend': 'runway',
  '/api/v1/veo/generate': 'veo',
  '/api/v1/veo/extend': 'veo',
  '/api/v1/jobs/createTask': 'market',
};
const records: Readonly<Record<string, KieKind>> = {
  '/api/v1/aleph/record-info': 'aleph',
  '/api/v1/modify/record-info': 'luma',
  '/api/v1/runway/record-detail': 'runway',
  '/api/v1/veo/record-info': 'veo',
  '/api/v1/jobs/recordInfo': 'market',
};
const freshLinkLifeMs = 20 * 60_000;
const windowMs = 10_000;

const said = (code: number, msg: string): Reply => ({ json: { code, msg, data: null } });
const gateway = (status: number): Reply => ({ bytes: Buffer.from('<html>bad gateway</html>'), status });
const badGateway = gateway(502);
const well = (data: unknown): Reply => ({ json: { code: 200, msg: 'success', data } });

export async function openKieStandIn(options: {
  film: Uint8Array;
  now?: () => number;
  key?: string;
}): Promise<KieStandIn> {
  const now = options.now ?? Date.now;
  const key = options.key ?? 'kie-key-of-a-test';
  const tasks = new Map<string, StandInTask>();
  const fresh = new Map<string, { readonly task: StandInTask; readonly at: number }>();
  const createdAt: number[] = [];
  let script = usual;
  let balance = 1000;
  let isRevoked = false;
  let refusal: Reply | null = null;
  let uploadsHeld: Promise<void> | null = null;
  let ordersHeld: Promise<void> | null = null;
  let serial = 0;
  let turnedAway = 0;

  const server: JsonServer = await openJsonServer(answer, now);

  function add(kind: KieKind, id: string, changes: Partial<TaskScript> = {}, call?: Call): StandInTask {
    const order = (call?.body ?? {}) as Readonly<Record<string, unknown>>;
    const callbackUrl = typeof order['callBackUrl'] === 'string' ? order['callBackUrl'] : null;
    const task: StandInTask = {
      id,
      kind,
      createdAt: now(),
      script: { ...script, ...changes },
      callbackUrl,
      order,
      asked: 0,
      askedAfterEnd: 0,
      endTold: false,
      cuts: 0,
      upgradeAskedAt: null,
      upgradesAsked: 0,
    };
    tasks.set(id, task);
    return task;
  }

  function answer(call: Call): Reply | Promise<Reply> {
    if (call.path.startsWith('/files/')) return file(call);
    if (refusal !== null) return refusal;
    if (isRevoked || call.headers.authorization !== `Bearer ${key}`) return said(401, 'Unauthorized');
    const made = creations[call.path];
    if (made !== undefined && call.method === 'POST')
      return ordersHeld?.then(() => create(made, call)) ?? create(made, call);
    const recorded = records[call.path];
    if (recorded !== undefined) return record(recorded, call.query.get('taskId') ?? '');
    if (call.path === '/api/v1/common/download-url') return freshLink(call);
    if (call.path === '/api/v1/chat/credit') return well(balance);
    if (call.path.startsWith('/api/file-')) return upload(call);
    if (call.path === '/api/v1/veo/get-1080p-video') {
      const task = tasks.get(call.query.get('taskId') ?? '');
      return oddUpgrade(task) ?? (isUpgraded(task) ? well({ resultUrl: link(task, 'hd') }) : said(400, 'not ready'));
    }
    if (call.path === '/api/v1/veo/get-4k-video') {
      const task = tasks.get(String((call.body as { taskId?: unknown }).taskId));
      return (
        oddUpgrade(task) ?? (isUpgraded(task) ? well({ resultUrls: [link(task, '4k')] }) : said(422, 'processing'))
      );
    }
    return catalogueAnswer(call) ?? { status: 404, json: { code: 404, msg: 'no such path' } };
  }

  function oddUpgrade(task: StandInTask | undefined): Reply | null {
    const odd = task?.script.upgradeAsks[task.upgradesAsked];
    if (task !== undefined) task.upgradesAsked += 1;
    if (odd === undefined) return null;
    if (typeof odd === 'object') return gateway(odd.gateway);
    return odd === 'drop' ? odd : odd === 'nonsense' ? badGateway : said(odd, `code ${String(odd)}`);
  }

  function isUpgraded(task: StandInTask | undefined): task is StandInTask {
    if (task === undefined || !isOver(task)) return false;
    task.upgradeAskedAt ??= now();
    return now() - task.upgradeAskedAt >= task.script.upgradeAfterMs;
  }

  function create(kind: KieKind, call: Call): Reply {
    const at = now();
    if (createdAt.filter((before) => at - before < windowMs).length >= 20) {
      turnedAway += 1;
      return said(429, 'too many requests');
    }
    if (typeof script.create === 'number') return said(script.create, refusals[script.create] ?? 'refused');
    if (balance <= 0) return said(402, 'Insufficient credits');
    createdAt.push(at);
    balance -= script.charges;
    serial += 1;
    const task = add(kind, `${kind === 'veo' ? 'veo_task_' : `${kind}-`}${String(serial)}`, {}, call);
    if (script.create === 'lost') return 'drop';
    if (script.create === 'hang') return 'hang';
    if (script.create === 'broken') return { json: { code: 500, msg: 'Internal Error', data: { taskId: task.id } } };
    return well(kind === 'market' ? { taskId: task.id, recordId: `r-${task.id}` } : { taskId: task.id });
  }

  function isOver(task: StandInTask): boolean {
    return task.script.ends !== 'never' && now() - task.createdAt >= task.script.doneAfterMs;
  }

  function record(kind: KieKind, id: string): Reply {
    const task = tasks.get(id);
    if (task?.kind !== kind) return said(422, 'recordInfo is null');
    // Asking again about a link that has died is not in vain.
    if (task.endTold && !isLinkDead(task, '1')) task.askedAfterEnd += 1;
    const odd = task.script.asks[task.asked];
    task.asked += 1;
    if (odd === 'drop' || odd === 'hang') return odd;
    if (odd === 'nonsense') return badGateway;
    if (odd !== undefined) return said(odd, `code ${String(odd)}`);
    if (!isOver(task)) return well(running(task));
    if (task.script.ends === 'gone') {
      task.endTold = true;
      return said(404, 'record not found');
    }
    task.endTold = true;
    return well(ended(task));
  }

  /** Another question names another link where the first one is dead. */
  function link(task: StandInTask, variant = ''): string {
    const version = task.script.deadFirstLink ? (task.asked > 1 ? '2' : '1') : '1';
    return `${server.origin}/files/${task.id}/${version}${variant}.mp4`;
  }

  function running(task: StandInTask): unknown {
    const base = { taskId: task.id, ...asked(task) };
    if (task.kind === 'runway') return { ...base, state: 'generating' };
    if (task.kind === 'market') return { ...base, model: 'wan/2-7-videoedit', state: 'generating', successFlag: 0 };
    return { ...base, successFlag: 0, response: null, errorCode: null, errorMessage: '' };
  }

  function asked(task: StandInTask): Record<string, unknown> {
    const text = JSON.stringify(task.order);
    if (task.kind === 'runway') return { generateParam: task.order };
    return task.kind === 'market' ? { param: text } : { paramJson: text };
  }

  function ended(task: StandInTask): unknown {
    const { ends } = task.script;
    const url = link(task);
    const base = { taskId: task.id, ...asked(task), createTime: task.createdAt, completeTime: now() };
    // Done, and nothing that could be fetched is named.
    if (ends === 'empty') return { ...base, state: 'success', successFlag: 1, response: null, resultJson: '{}' };
    const isGood = ends === 'success' || ends === 'flag4';
    const reason =
      ends === 'moderated' ? 'Your prompt was flagged by content moderation.' : 'Internal error, try again.';
    if (task.kind === 'runway') {
      return isGood
        ? { ...base, state: 'success', videoInfo: { videoUrl: url, imageUrl: '' }, failCode: 0, failMsg: '' }
        : { ...base, state: 'fail', failCode: 400, failMsg: reason };
    }
    if (task.kind === 'market') {
      return isGood
        ? {
            ...base,
            state: 'success',
            successFlag: 1,
            response: { resultUrls: [url] },
            resultJson: JSON.stringify({ resultUrls: [url] }),
            creditsConsumed: 160,
          }
        : { ...base, state: 'fail', successFlag: 3, failCode: '400', failMsg: reason };
    }
    if (!isGood) {
      // Moderation is told beside a flag that goes on saying "in the making".
      return {
        ...base,
        successFlag: ends === 'moderated' ? 0 : 3,
        response: null,
        errorCode: 400,
        errorMessage: reason,
      };
    }
    const response =
      task.kind === 'aleph' ? { resultVideoUrl: url, resultImageUrl: '' } : { resultUrls: [url], originUrls: [] };
    return {
      ...base,
      successFlag: ends === 'flag4' ? 4 : 1,
      response,
      errorCode: 0,
      errorMessage: '',
      creditsConsumed: 60,
    };
  }

  function freshLink(call: Call): Reply {
    const { url } = call.body as { url?: unknown };
    const id = typeof url === 'string' && url.startsWith(`${server.origin}/files/`) ? url.split('/')[4] : undefined;
    const task = id === undefined ? undefined : tasks.get(id);
    if (task === undefined) return said(422, 'not a link of ours');
    const isFirst = ![...fresh.values()].some((each) => each.task === task);
    if (task.script.freshDiesAfter !== null && !isFirst) return said(422, 'the file is gone');
    const name = `fresh-${String(fresh.size)}`;
    fresh.set(name, { task, at: now() });
    return well(`${server.origin}/files/${name}/1.mp4`);
  }

  function isLinkDead(
    { script: { onlyFreshLink, deadFirstLink, doneAfterMs, linkLifeMs }, createdAt: madeAt }: StandInTask,
    version: string,
  ): boolean {
    return onlyFreshLink || (deadFirstLink && version.startsWith('1')) || now() - madeAt - doneAfterMs > linkLifeMs;
  }

  function file(call: Call): Reply {
    const [, , name = '', version = ''] = call.path.split('/');
    const minted = fresh.get(name);
    const task = minted?.task ?? tasks.get(name);
    if (task === undefined) return { status: 404, json: { code: 404, msg: 'gone' } };
    const isDead = minted === undefined ? isLinkDead(task, version) : now() - minted.at > freshLinkLifeMs;
    if (isDead) return { status: 403, json: { code: 403, msg: 'expired' } };
    const { freshDiesAfter } = task.script;
    if (minted !== undefined && freshDiesAfter !== null) {
      if (task.cuts > 0) return { status: 403, json: { code: 403, msg: 'expired' } };
      task.cuts += 1;
      return { bytes: options.film, cutAfter: freshDiesAfter };
    }
    if (task.script.cutOnce !== null && task.cuts === 0) {
      task.cuts += 1;
      return { bytes: options.film, cutAfter: task.script.cutOnce };
    }
    return { bytes: options.film };
  }

  async function upload(call: Call): Promise<Reply> {
    await uploadsHeld;
    serial += 1;
    const url = `${server.origin}/files/upload-${String(serial)}/1.mp4`;
    return {
      json: {
        success: true,
        code: 200,
        msg: 'ok',
        data: { fileName: 'a.mp4', downloadUrl: url, fileSize: call.rawBody.length },
      },
    };
  }

  return {
    origin: server.origin,
    host: server.host,
    key,
    tasks,
    calls: server.calls,
    script(changes) {
      script = { ...usual, ...changes };
    },
    add: (kind, id, changes) => add(kind, id, changes),
    setBalance(credits) {
      balance = credits;
    },
    holdOrders() {
      let release = (): void => undefined;
      ordersHeld = new Promise((resolve) => (release = resolve));
      return () => {
        ordersHeld = null;
        release();
      };
    },
    holdUploads() {
      let release = (): void => undefined;
      uploadsHeld = new Promise((resolve) => (release = resolve));
      return () => {
        uploadsHeld = null;
        release();
      };
    },
    refuse(code, retryAfterSeconds) {
      const pause = retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } };
      refusal = code === null ? null : { json: { code, msg: 'just now not', data: null }, ...pause };
    },
    revokeKey(value = true) {
      isRevoked = value;
    },
    createRate() {
      const most = createdAt.map((at) => createdAt.filter((other) => other >= at && other - at < windowMs).length);
      return { mostIn10s: Math.max(0, ...most), turnedAway };
    },
    callbackBody(id) {
      const task = tasks.get(id);
      if (task === undefined) throw new Error(`no task ${id}`);
      const isGood = task.script.ends === 'success' || task.script.ends === 'flag4';
      if (task.kind === 'aleph') {
        return isGood
          ? { code: 200, msg: 'success', data: { result_video_url: link(task), result_image_url: '' }, taskId: id }
          : { code: 400, msg: 'failed', data: null, taskId: id };
      }
      if (task.kind === 'luma') {
        return {
          code: isGood ? 200 : 500,
          msg: 'done',
          data: { taskId: id, ...(isGood ? { resultUrls: [link(task)] } : {}) },
        };
      }
      return { code: isGood ? 200 : 501, msg: 'done', data: ended(task) };
    },
    close: () => server.close(),
  };
}

const refusals: Readonly<Record<number, string>> = {
  400: 'Your prompt was flagged by content moderation.',
  401: 'Unauthorized',
  402: 'Insufficient credits',
  422: 'videoUrl: file too large',
  455: 'Under maintenance',
};
