/**
 * What the machines of a measurement are compared with. Argument: a plan as JSON. `bare`: one writer that commits what
 * waits in one transaction, and nothing else. `follow`: reads the shared log as a machine does until SIGTERM, and prints
 * what came.
 */
import { createServer } from 'node:http';
import pg from 'pg';
import { silentLog } from '../../src-main/node/log/log.ts';
import { createDatabase } from '../../src-main/node/shared-log/database.ts';
import { migrate } from '../../src-main/node/shared-log/migrations.ts';
import { openPostgresLog } from '../../src-main/node/shared-log/postgres-log.ts';
import type { SharedPlan } from './shared.mjs';
import { syntheticCallback } from './synthetic.mjs';

const plan = JSON.parse(process.argv[2] ?? '{}') as SharedPlan;
const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
const byNumber = (a: number, b: number): number => a - b;

interface BareWriter {
  /** Resolves once it is committed. */
  readonly insert: (body: string) => Promise<void>;
  readonly end: () => Promise<void>;
}

async function openBare(): Promise<BareWriter> {
  const client = new pg.Client({ connectionString: plan.database });
  await client.connect();
  await client.query('CREATE TABLE bare (k bigserial PRIMARY KEY, body text NOT NULL)');
  let waiting: { readonly body: string; readonly done: () => void }[] = [];
  let isWriting = false;
  async function write(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await client.query('INSERT INTO bare (body) SELECT unnest($1::text[])', [batch.map(({ body }) => body)]);
      for (const { done } of batch) done();
    }
    isWriting = false;
  }
  return {
    insert: (body) =>
      new Promise((done) => {
        waiting.push({ body, done });
        if (!isWriting) void write();
      }),
    end: () => client.end(),
  };
}

async function bareHttp(): Promise<void> {
  const writer = await openBare();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void writer.insert(Buffer.concat(chunks).toString()).then(() => response.end('{"code":200}'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  console.log(
    `http://127.0.0.1:${String(typeof address === 'object' && address !== null ? address.port : 0)}/callback`,
  );
  process.once('SIGTERM', () => {
    server.close();
    server.closeAllConnections();
    void writer.end();
  });
}

async function bare(): Promise<void> {
  const writer = await openBare();
  const latenciesMs: number[] = [];
  const measureFromMs = performance.now() + plan.warmUpMs;
  const endMs = measureFromMs + plan.runMs;
  let next = 0;
  await Promise.all(
    Array.from({ length: plan.connections }, async () => {
      while (performance.now() < endMs) {
        next += 1;
        const body = JSON.stringify(syntheticCallback(next, 'media.example.test'));
        const sentAtMs = performance.now();
        await writer.insert(body);
        const nowMs = performance.now();
        if (sentAtMs >= measureFromMs && nowMs <= endMs) latenciesMs.push(nowMs - sentAtMs);
      }
    }),
  );
  await writer.end();
  latenciesMs.sort(byNumber);
  const perSecond = latenciesMs.length / (plan.runMs / 1000);
  console.log(JSON.stringify({ perSecond, p99Ms: percentile(latenciesMs, 0.99), refused: 0 }));
}

async function follow(): Promise<void> {
  const database = createDatabase(plan.database, 'bench', silentLog);
  const session = database.session('setup');
  const identity = await migrate(session);
  await session.close();
  const log = await openPostgresLog({ database, identity, writer: 'bench', log: silentLog, now: () => new Date() });
  const delaysMs: number[] = [];
  let results = 0;
  let firstMs = 0;
  let lastMs = 0;
  log.follow('bench', (event) => {
    lastMs = performance.now();
    if (delaysMs.length === 0) firstMs = lastMs;
    // The clock of all of them is the same one.
    delaysMs.push(Date.now() - Date.parse(event.at));
    if (event.type === 'result') results += 1;
  });
  process.once('SIGTERM', () => {
    void (async () => {
      await log.look();
      await log.close();
      delaysMs.sort(byNumber);
      const perSecond = delaysMs.length / ((lastMs - firstMs) / 1000);
      console.log(JSON.stringify({ results, perSecond, p99Ms: percentile(delaysMs, 0.99) }));
    })();
  });
  console.log('follows: http://127.0.0.1:1');
}

switch (plan.kind) {
  case 'bare':
    await bare();
    break;
  case 'bare-http':
    await bareHttp();
    break;
  case 'follow':
    await follow();
}
