/** Limits of callback URLs that hold for several machines together. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createDayLimits, type DayLimits } from '../../../src-main/node/callbacks/day-limits.ts';
import { createRateLimiter } from '../../../src-main/node/callbacks/rate-limits.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createDatabase } from '../../../src-main/node/shared-log/database.ts';
import { migrate } from '../../../src-main/node/shared-log/migrations.ts';
import { startSharedUse, type SharedUse } from '../../../src-main/node/shared-log/shared-use.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../../support/postgres.ts';

let server: PostgresServer;

it('a rate is what the others leave, and never nothing', () => {
  let now = 0;
  let elsewhere = 0;
  const limiter = createRateLimiter(
    { burst: 10, perSecond: 10 },
    () => now,
    () => elsewhere,
  );
  const passing = (): number =>
    Array.from({ length: 30 }, () => limiter.take('url')).filter((wait) => wait === 0).length;
  expect(passing()).toBe(10);
  now += 1000;
  expect(passing()).toBe(10);
  elsewhere = 6;
  now += 1000;
  expect(passing()).toBe(4);
  elsewhere = 1000;
  now += 1000;
  expect(passing()).toBe(1);
});

describe.skipIf(whyNoPostgres !== null)('the limits of a callback URL', () => {
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('hold for two machines together, outlive one of them, and go on while the database is away', async () => {
    const url = await server.createDatabase();
    const setup = createDatabase(url, 'setup', silentLog).session('setup');
    await migrate(setup);
    await setup.close();
    const hits = { a: 0, b: 0 };
    function machine(node: 'a' | 'b'): { readonly use: SharedUse; readonly limits: DayLimits } {
      const use = startSharedUse(createDatabase(url, node, silentLog).session('use'), node, silentLog);
      onTestFinished(() => use.close());
      const limits = createDayLimits(
        () => ({ tasks: 5, bytes: 1000 }),
        () => new Date(),
        (urlId) => use.elsewhere(urlId),
      );
      use.report(() => limits.used().map((day) => ({ ...day, hits: hits[node] })));
      return { use, limits };
    }
    const [a, b] = [machine('a'), machine('b')];
    const task = { newTasks: 1, bytes: 10 };
    for (let n = 0; n < 3; n += 1) expect(a.limits.take('u', task)).toBeNull();
    await a.use.exchange();
    await b.use.exchange();
    expect(b.use.elsewhere('u')).toMatchObject({ tasks: 3, bytes: 30 });
    expect([b.limits.take('u', task), b.limits.take('u', task)]).toEqual([null, null]);
    expect(b.limits.take('u', task)).toMatchObject({ code: 'tasks-per-day' });
    expect(b.limits.take('u', { newTasks: 0, bytes: 960 })).toMatchObject({ code: 'bytes-per-day' });
    expect(b.limits.take('another', task)).toBeNull();
    await b.use.exchange();
    await a.use.exchange();
    expect(a.limits.take('u', task)).toMatchObject({ code: 'tasks-per-day' });

    hits.a = 100;
    await a.use.exchange();
    await b.use.exchange();
    expect(b.use.elsewhere('u').perSecond).toBeGreaterThan(0);

    await a.use.close();
    server.cut();
    await b.use.exchange();
    server.mend();
    expect(b.use.elsewhere('u').tasks).toBe(3);
    await b.use.exchange();
    expect(b.use.elsewhere('u').tasks).toBe(3);
  });
});
