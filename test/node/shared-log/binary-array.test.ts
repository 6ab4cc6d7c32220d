/** Arrays as the program sends them to a PostgreSQL server, and as that reads them. */
import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { binaryNumbers, binaryTexts } from '../../../src-main/node/shared-log/binary-array.ts';
import { fc } from '../../support/fast-check.ts';
import { startPostgres, whyNoPostgres } from '../../support/postgres.ts';

it.skipIf(whyNoPostgres !== null)(
  'are what was sent, whatever signs and numbers they hold (property)',
  async () => {
    const server = await startPostgres();
    onTestFinished(() => server.close());
    const client = new pg.Client({ connectionString: await server.createDatabase() });
    await client.connect();
    onTestFinished(() => client.end());
    // PostgreSQL keeps no NUL; JSON holds none.
    const texts = fc.array(
      fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '"\\')),
      { maxLength: 20 },
    );
    const numbers = fc.array(fc.maxSafeInteger(), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(texts, numbers, async (text, number) => {
        const { rows } = await client.query('SELECT to_json($1::text[]) AS text, to_json($2::bigint[]) AS number', [
          binaryTexts(text),
          binaryNumbers(number),
        ]);
        expect(rows).toEqual([{ text, number }]);
      }),
    );
  },
  90_000,
);
