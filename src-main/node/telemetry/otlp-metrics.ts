/** Sends the state of the inbox as numbers to a collector of OpenTelemetry now and then: OTLP over HTTP, as JSON. */
import type { Status } from '../../common/status.ts';
import { metricsOf, type Metric } from '../local-server/metrics.ts';
import type { Log } from '../log/log.ts';
import type { Fetch } from '../outgoing/outgoing.ts';
import { readOtlpOptions, type Environment } from './otlp-options.ts';

export interface OtlpPorts {
  /** The variables whose names begin with `OTEL_`. */
  readonly env: Environment;
  readonly status: () => Promise<Status>;
  /** Of this program and of this run. */
  readonly version: string;
  readonly instance: string;
  readonly now: () => Date;
  readonly fetch: Fetch;
  readonly log: Log;
}

export interface OtlpMetrics {
  /** Sends the numbers a last time, as far as that is quick. */
  close(): Promise<void>;
}

const lastMs = 1000;
const units: Readonly<Record<string, string>> = { bytes: 'By', seconds: 's' };

export function startOtlpMetrics({ env, status, version, instance, now, fetch, log }: OtlpPorts): OtlpMetrics {
  const options = readOtlpOptions(env);
  if ('problem' in options) {
    log.warn({}, `no metrics are sent: ${options.problem}`);
    return { close: () => Promise.resolve() };
  }
  const { url, headers, timeoutMs, everyMs } = options;
  const resource = { 'service.version': version, 'service.instance.id': instance, ...options.resource };
  let isWell = true;

  async function send(limitMs: number): Promise<void> {
    try {
      const body = JSON.stringify(payloadOf(metricsOf(await status()), { resource, version, at: now() }));
      const response = await fetch(new URL(url), {
        method: 'POST',
        // A collector that moved is told by its new address; what authorises is sent nowhere else.
        redirect: 'error',
        headers: { ...headers, 'content-type': 'application/json' },
        body,
        signal: AbortSignal.timeout(limitMs),
      });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`it answers ${String(response.status)}`);
      if (!isWell) log.info({}, 'metrics are taken again');
      isWell = true;
    } catch (error) {
      // Once, and not each minute: the numbers of now are in the next ones.
      if (isWell) log.warn({ error }, 'metrics could not be sent');
      isWell = false;
    }
  }

  let isSending = false;
  const timer = setInterval(() => {
    if (isSending) return;
    isSending = true;
    void send(timeoutMs).finally(() => {
      isSending = false;
    });
  }, everyMs).unref();

  return {
    async close() {
      clearInterval(timer);
      if (isWell) await send(Math.min(timeoutMs, lastMs));
    },
  };
}

interface Context {
  readonly resource: Readonly<Record<string, string>>;
  readonly version: string;
  readonly at: Date;
}

/** @see https://github.com/open-telemetry/opentelemetry-proto for the shape; 64-bit numbers are text in its JSON. */
function payloadOf(metrics: readonly Metric[], { resource, version, at }: Context): object {
  const timeUnixNano = `${String(at.getTime())}000000`;
  return {
    resourceMetrics: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeMetrics: [
          {
            scope: { name: 'video-inbox', version },
            metrics: metrics.map(({ name, help, samples }) => ({
              ...nameAndUnit(name),
              description: help,
              gauge: {
                dataPoints: samples.map(({ labels = {}, value }) => ({
                  attributes: attributesOf(labels),
                  timeUnixNano,
                  asDouble: value,
                })),
              },
            })),
          },
        ],
      },
    ],
  };
}

/** Names have dots here, and the unit stands beside them. */
function nameAndUnit(name: string): { readonly name: string; readonly unit: string } {
  const [, stem = name, suffix = ''] = /^(.*)_(bytes|seconds)$/.exec(name) ?? [];
  return { name: stem.replace(/^video_inbox_/, 'video_inbox.'), unit: units[suffix] ?? '1' };
}

function attributesOf(labels: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}
