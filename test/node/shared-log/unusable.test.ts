import { expect, it } from 'vitest';
import { silentLog } from '../../../src-main/node/log/log.ts';
import {
  createDatabase,
  DatabaseAway,
  LogReplaced,
  SharedConnection,
} from '../../../src-main/node/shared-log/database.ts';
import { unusable, whyNot } from '../../../src-main/node/shared-log/unusable.ts';

const said = (code: string): Error => Object.assign(new Error('of the database'), { code });

it.each([
  ['28P01', 'at the next start'],
  ['28000', 'it does not let this user in from here, or only over TLS'],
  ['3D000', 'it has no database of this name'],
  ['42501', 'this user may not do there what is needed'],
  ['25006', 'it can be read and takes nothing new'],
  ['53100', 'its disk is full'],
  ['53300', 'all its connections are in use'],
  ['22P02', 'it refuses what is asked of it (22P02)'],
  ['57P03', 'it does not answer'],
  ['08006', 'it does not answer'],
  ['ECONNREFUSED', 'it does not answer'],
  ['EPIPE', 'it does not answer'],
  ['ENOTFOUND', 'nobody knows a host of this name'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another host name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not trusted here'],
])('%s, told of a database that is away: "%s"', (code, sentence) => {
  expect(whyNot(new DatabaseAway(said(code))).english).toContain(sentence);
});

it('a pooler that shares connections, and a certificate that cannot be read, are told', async () => {
  expect(whyNot(new DatabaseAway(new SharedConnection())).english).toContain('a pooler in transaction mode');
  const file = '/nowhere/ca.pem';
  const url = `postgresql://inbox@127.0.0.1:1/inbox?sslmode=verify-full&sslrootcert=${file}`;
  const refused: unknown = await createDatabase(url, 'a', silentLog)
    .session('test')
    .query('SELECT 1')
    .catch((error: unknown) => error);
  expect(whyNot(refused).english).toBe(`the file ${file} that the address names cannot be read`);
});

it('the certificates of the system, as hosts write them into an address, are no file', async () => {
  const closed = 'postgresql://inbox@127.0.0.1:1/inbox';
  for (const query of ['sslmode=verify-full&sslrootcert=system', 'sslrootcert=system&sslmode=verify-full']) {
    const session = createDatabase(`${closed}?${query}`, 'a', silentLog).session('test');
    const refused: unknown = await session.query('SELECT 1').catch((error: unknown) => error);
    expect(whyNot(refused).english).toBe('it does not answer');
  }
});

it('what is no word of a database stays what it is', () => {
  const error = said('ENOSPC');
  expect(unusable(error)).toBe(error);
  expect(whyNot(null).english).toBe('it does not answer');
  expect(whyNot(new LogReplaced('went-back')).english).toBe('it does not answer');
});
