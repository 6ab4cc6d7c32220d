/** What may ship, and the file that tells whose work is in it. */
import path from 'node:path';
import { expect, it } from 'vitest';
import { isAllowed, licenceProblems, licencesText, packageOf } from '../../scripts/licenses.mjs';

it.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0)', true],
  ['MIT AND GPL-3.0', false],
  ['GPL-3.0', false],
  ['?', false],
])('%s may ship: %s', (expression, allowed) => {
  expect(isAllowed(expression)).toBe(allowed);
});

it('finds nothing wrong with what is installed, and names a package whose licence is on no list', () => {
  expect(licenceProblems()).toEqual([]);
  const packages = {
    '': { license: 'MIT' },
    'node_modules/fine': { license: 'ISC' },
    'node_modules/a/node_modules/@scope/odd': { license: 'SSPL-1.0' },
    'node_modules/none': {},
  };
  expect(licenceProblems({ packages })).toEqual(['@scope/odd: SSPL-1.0', 'none: ?']);
});

it('tells of a bundled file whose package and licence it is of', () => {
  const found = packageOf(path.resolve('node_modules/@base-ui/react/index.js'));
  expect(found).toMatchObject({ name: '@base-ui/react', license: 'MIT' });
  expect(found?.text).toContain('Permission is hereby granted');
  expect(packageOf(`\0${path.resolve('node_modules/react/index.js')}?commonjs-module`)?.name).toBe('react');
  expect(packageOf(path.resolve('src-main/node/config.ts'))).toBeNull();
});

it('writes them in the order of their names', () => {
  const text = licencesText([
    { name: 'b', version: '1.0.0', license: 'MIT', text: 'words of b' },
    { name: 'a', version: '2.0.0', license: 'ISC', text: '' },
  ]);
  expect(text.indexOf('a 2.0.0 (ISC)')).toBeGreaterThan(0);
  expect(text.indexOf('b 1.0.0 (MIT)\n\nwords of b')).toBeGreaterThan(text.indexOf('a 2.0.0 (ISC)'));
});
