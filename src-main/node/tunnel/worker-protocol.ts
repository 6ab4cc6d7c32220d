/**
 * The messages between the core and the ngrok worker, its child process. Both sides check what arrives.
 *
 * The core sends one `connect`, later at most one `close`. The worker answers with `connected` or `failed`, then
 * reports heartbeats, and ends with `lost` or `closed`. A worker holds one session in its life: to try again, the
 * core kills it and starts another.
 */
import * as v from 'valibot';

/** Raised with each change that an older side would misread. */
export const workerProtocolVersion = 1;

const version = { v: v.literal(workerProtocolVersion) };
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const wholeSeconds = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3600));

const toWorkerSchema = v.variant('type', [
  v.object({
    ...version,
    type: v.literal('connect'),
    /** Travels here and nowhere else: not in arguments, not in the environment. */
    authtoken: v.string(),
    /** Fixed domain such as `otter.ngrok-free.dev`; `null` lets ngrok choose. */
    domain: v.nullable(v.string()),
    /** `host:port` of another edge; `null` = ngrok's own. */
    serverAddr: v.nullable(v.string()),
    /** PEM of the CA of that edge. */
    caPem: v.nullable(v.string()),
    /** Loopback port of the callback listener. */
    upstreamPort: port,
    heartbeatIntervalSeconds: wholeSeconds,
    heartbeatToleranceSeconds: wholeSeconds,
    /** The worker ends itself when this process is gone. */
    parentPid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  }),
  v.object({ ...version, type: v.literal('close') }),
]);

const failureSchema = {
  /** `107` of `ERR_NGROK_107`, where ngrok gave a code. */
  code: v.nullable(v.string()),
  /** The SDK's own words without the authtoken; for the log. */
  detail: v.string(),
};

const fromWorkerSchema = v.variant('type', [
  v.object({ ...version, type: v.literal('connected'), publicUrl: v.string() }),
  v.object({
    ...version,
    type: v.literal('failed'),
    /** `load`: the native module; `connect`: TCP, TLS and Auth; `bind`: the endpoint. */
    stage: v.picklist(['load', 'connect', 'bind']),
    ...failureSchema,
  }),
  /** `null`: the interval and the tolerance passed without an answer. */
  v.object({ ...version, type: v.literal('heartbeat'), latencyMs: v.nullable(v.number()) }),
  /** The session or the endpoint is over; the worker does not try again. */
  v.object({ ...version, type: v.literal('lost'), ...failureSchema }),
  /** The endpoint is unbound (or could not be within the limit); the process ends next. */
  v.object({ ...version, type: v.literal('closed') }),
]);

export type ToWorker = v.InferOutput<typeof toWorkerSchema>;
export type FromWorker = v.InferOutput<typeof fromWorkerSchema>;
export type ConnectMessage = Extract<ToWorker, { type: 'connect' }>;

/** @returns `null` for anything that is not a message of this version. */
export function parseToWorker(raw: unknown): ToWorker | null {
  const result = v.safeParse(toWorkerSchema, raw);
  return result.success ? result.output : null;
}

/** @returns `null` for anything that is not a message of this version. */
export function parseFromWorker(raw: unknown): FromWorker | null {
  const result = v.safeParse(fromWorkerSchema, raw);
  return result.success ? result.output : null;
}
