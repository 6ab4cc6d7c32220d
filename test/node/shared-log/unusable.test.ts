import { expect, it } from 'vitest';
import { DatabaseAway, LogReplaced } from '../../../src-main/node/shared-log/database.ts';
import { unusable, whyNot } from '../../../src-main/node/shared-log/unusable.ts';

const said = (code: string): Error => Object.assign(new Error('of the database'), { code });

it.each([
  ['28P01', 'it refuses this user or this password'],
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
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not trusted here'],
])('%s, told of a database that is away: "%s"', (code, sentence) => {
  expect(whyNot(new DatabaseAway(said(code))).english).toContain(sentence);
});

it('what is no word of a database stays what it is', () => {
  const error = said('ENOSPC');
  expect(unusable(error)).toBe(error);
  expect(whyNot(null).english).toBe('it does not answer');
  expect(whyNot(new LogReplaced('went-back')).english).toBe('it does not answer');
});
