/** Numbers for a collector of OpenTelemetry, by its standard variables. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Status } from '../../../src-main/common/status.ts';
import { withoutProxy } from '../../../src-main/node/outgoing/outgoing.ts';
import { readConfig } from '../../../src-main/node/config.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { startOtlpMetrics } from '../../../src-main/node/telemetry/otlp-metrics.ts';
import { readOtlpOptions } from '../../../src-main/node/telemetry/otlp-options.ts';
import { waitUntil } from '../../support/wait-until.ts';

interface Taken {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

async function collector(answer: () => number): Promise<{ readonly origin: string; readonly taken: Taken[] }> {
  const taken: Taken[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      taken.push({ path: request.url, headers: request.headers, body: JSON.parse(body) });
      response.writeHead(answer()).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, taken };
}

const status: Status = {
  pid: 1,
  dataDir: '/inbox',
  tasks: { total: 3, processing: 1, succeeded: 2, failed: 0 },
  videos: { queued: 0, downloading: 0, saved: 2, failed: 0, expired: 0 },
  diskFreeBytes: 1024,
  watch: { pending: 1, overdue: 0, nextAskAt: null },
  requests: { refusedToday: 0, lastRefused: null },
  storage: { state: 'ok', message: null },
  tunnel: { kind: 'none', state: 'offline', publicUrl: null, callbackUrl: 'http://x', provenAt: null, message: null },
} as unknown as Status; // the numbers are all that counts here

const start = (env: Readonly<Record<string, string>>, warn = vi.fn()) =>
  startOtlpMetrics({
    env,
    status: () => Promise.resolve(status),
    version: '1.2.3',
    instance: 'node-1',
    now: () => new Date('2026-11-26T00:00:00.000Z'),
    fetch: withoutProxy.fetch,
    log: { ...silentLog, warn },
  });

it('sends them in the shape of OTLP, with the headers and attributes that the environment names', async () => {
  const { origin, taken } = await collector(() => 200);
  const otlp = start({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${origin}/otlp/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20secret, x-tenant=studio',
    OTEL_METRIC_EXPORT_INTERVAL: '20',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test,service.name=other',
    OTEL_SERVICE_NAME: 'inbox of the studio',
  });
  await waitUntil(() => taken.length > 0, 'numbers to be sent');
  await otlp.close();
  const [first] = taken;
  expect(first?.path).toBe('/otlp/v1/metrics');
  expect(first?.headers).toMatchObject({
    'content-type': 'application/json',
    'api-key': 'a secret',
    'x-tenant': 'studio',
  });
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  expect(first?.body).toEqual({
    resourceMetrics: [
      {
        resource: {
          attributes: expect.arrayContaining([
            attribute('service.name', 'inbox of the studio'),
            attribute('service.version', '1.2.3'),
            attribute('service.instance.id', 'node-1'),
            attribute('deployment.environment.name', 'test'),
          ]) as unknown,
        },
        scopeMetrics: [
          {
            scope: { name: 'video-inbox', version: '1.2.3' },
            metrics: expect.arrayContaining([
              {
                name: 'video_inbox.disk_free',
                unit: 'By',
                description: 'Room on the disk of the data folder.',
                gauge: { dataPoints: [{ attributes: [], timeUnixNano: '1795651200000000000', asDouble: 1024 }] },
              },
            ]) as unknown,
          },
        ],
      },
    ],
  });
  expect(JSON.stringify(first?.body)).toContain('{"key":"state","value":{"stringValue":"saved"}}');
});

it('says once that nobody takes them, and goes on', async () => {
  let answer = 503;
  const { origin, taken } = await collector(() => answer);
  const warn = vi.fn();
  const otlp = start({ OTEL_EXPORTER_OTLP_ENDPOINT: origin, OTEL_METRIC_EXPORT_INTERVAL: '20' }, warn);
  await waitUntil(() => taken.length > 3, 'numbers to be sent again');
  answer = 200;
  const before = taken.length;
  await waitUntil(() => taken.length > before + 1, 'numbers to be taken');
  await otlp.close();
  expect(warn.mock.calls.map(([, said]) => said as string)).toEqual(['metrics could not be sent']);
});

it('takes the address of metrics as it is, and says which protocols it does not speak', () => {
  const own = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'https://collector.example/m', OTEL_EXPORTER_OTLP_TIMEOUT: '500' };
  expect(readOtlpOptions(own)).toMatchObject({ url: 'https://collector.example/m', timeoutMs: 500, everyMs: 60_000 });
  expect(readOtlpOptions({ ...own, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toHaveProperty('problem');
  expect(readOtlpOptions({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toHaveProperty('problem');
});

it('a header that cannot be sent is told, and not repeated', () => {
  for (const header of ['authorization=Bearer%20sec%0Aret', 'authorization=Bearer%20%D0%BA', 'sec ret=1']) {
    const read = readOtlpOptions({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_EXPORTER_OTLP_HEADERS: header });
    expect(Object.keys(read)).toEqual(['problem']);
    expect(JSON.stringify(read)).not.toMatch(/sec|ret/);
  }
});

it('a user in the address is a header, so that no log has the password; what stands behind a "?" stays there', () => {
  const endpoint = 'https://user:p%40ss@collector.example/otlp/?tenant=studio';
  expect(readOtlpOptions({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toMatchObject({
    url: 'https://collector.example/otlp/v1/metrics?tenant=studio',
    headers: { authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}` },
  });
  const own = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20t' };
  expect(readOtlpOptions(own)).toHaveProperty('headers', { authorization: 'Bearer t' });
});

it('times that no timer can wait are the longest that one can, and not none at all', () => {
  const long = { OTEL_METRIC_EXPORT_INTERVAL: '9999999999', OTEL_EXPORTER_OTLP_TIMEOUT: '9999999999' };
  const longest = 2 ** 31 - 1;
  expect(readOtlpOptions({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318', ...long })).toMatchObject({
    everyMs: longest,
    timeoutMs: longest,
  });
});

it('is off unless an endpoint is set, and where it is switched off', () => {
  const of = (env: Readonly<Record<string, string>>) => readConfig([], env, 'linux').otlp;
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
  expect([of({}), of({ OTEL_SERVICE_NAME: 'x' })]).toEqual([null, null]);
  expect([of({ ...endpoint, OTEL_SDK_DISABLED: 'true' }), of({ ...endpoint, OTEL_METRICS_EXPORTER: 'none' })]).toEqual([
    null,
    null,
  ]);
  expect(of({ ...endpoint, HOME: '/home/x' })).toEqual(endpoint);
});
