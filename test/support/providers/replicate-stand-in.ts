/** Replicate as its HTTP reference describes it: predictions are made, asked for and listed, newest first, in pages. */
import { openJsonServer, type JsonServer, type Reply } from './json-server.ts';

export interface ReplicateScript {
  /** `lost`: made, but the answer never arrives. */
  readonly create: 'ok' | 'lost';
  /** The list names a prediction so long after it was made. */
  readonly listedAfterMs: number;
  /** Whether the list names the webhook, which is not documented. */
  readonly listsWebhook: boolean;
}

export interface Prediction {
  readonly id: string;
  readonly model: string;
  readonly createdAt: number;
  readonly input: Readonly<Record<string, unknown>>;
  readonly webhook: string | null;
  readonly script: ReplicateScript;
}

export interface ReplicateStandIn extends Pick<JsonServer, 'origin' | 'host' | 'calls' | 'close'> {
  readonly key: string;
  readonly predictions: readonly Prediction[];
  /** Used by what is made from now on. */
  script(changes: Partial<ReplicateScript>): void;
  /** One that was made elsewhere. */
  add(prediction: Pick<Prediction, 'id' | 'model' | 'input'>): void;
}

const pageSize = 2;

export async function openReplicateStandIn(now: () => number = Date.now): Promise<ReplicateStandIn> {
  const key = 'r8_of_the_stand_in_0123456789';
  const predictions: Prediction[] = [];
  let script: ReplicateScript = { create: 'ok', listedAfterMs: 0, listsWebhook: false };

  const whole = ({ id, model, createdAt, input, webhook, script: { listsWebhook } }: Prediction) => ({
    ...{ id, model, input, status: 'starting', output: null, error: null, source: 'api', data_removed: false },
    created_at: new Date(createdAt).toISOString(),
    urls: { get: `${server.origin}/v1/predictions/${id}` },
    ...(listsWebhook ? { webhook } : {}),
  });

  const server = await openJsonServer(({ method, path, query, headers, body }): Reply => {
    if (headers.authorization !== `Bearer ${key}`) return { status: 401, json: { title: 'Unauthenticated' } };
    const model = /^\/v1\/models\/(.+)\/predictions$/.exec(path)?.[1];
    if (method === 'POST' && model !== undefined) {
      const { input = {}, webhook = null } = body as { input?: Record<string, unknown>; webhook?: string };
      const id = `p${String(predictions.length + 1)}`;
      const made: Prediction = { id, model, createdAt: now(), input, webhook, script };
      predictions.unshift(made);
      return script.create === 'lost' ? 'drop' : { status: 201, json: whole(made) };
    }
    if (path === '/v1/predictions') {
      const listed = predictions.filter(
        ({ createdAt, script: { listedAfterMs } }) => now() >= createdAt + listedAfterMs,
      );
      const from = Number(query.get('cursor') ?? 0);
      const next = from + pageSize < listed.length ? `${server.origin}${path}?cursor=${String(from + pageSize)}` : null;
      return { json: { previous: null, next, results: listed.slice(from, from + pageSize).map(whole) } };
    }
    const one = predictions.find(({ id }) => path === `/v1/predictions/${id}`);
    return one === undefined ? { status: 404, json: { detail: 'not found' } } : { json: whole(one) };
  }, now);

  return {
    ...server,
    key,
    predictions,
    script(changes) {
      script = { ...script, ...changes };
    },
    add: (prediction) => void predictions.unshift({ ...prediction, createdAt: now(), webhook: null, script }),
  };
}
