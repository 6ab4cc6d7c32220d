import path from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

/** The project's own rules on imports: the files of this test exist in memory only. */
const eslint = new ESLint({
  cwd: path.join(import.meta.dirname, '../..'),
  ruleFilter: ({ ruleId }) => ruleId.startsWith('no-restricted-'),
});

async function complaints(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  const messages = result?.messages ?? [];
  expect(messages.filter(({ fatal }) => fatal === true)).toEqual([]);
  return messages.map(({ ruleId }) => String(ruleId));
}

/** Every way in which a module can be named. */
const statements = (source: string): [string, string][] => [
  ['import', `import { x } from '${source}';\nexport const y: string = x;\n`],
  ['import type', `import type { X } from '${source}';\nexport const y: X | null = null;\n`],
  ['export from', `export { x } from '${source}';\n`],
  ['import()', `export const y: unknown = await import('${source}');\n`],
  ['a type of import()', `export type Y = import('${source}').Y;\n`],
];

const forbidden: [string, string][] = [
  ['src-main/common/providers/made-up.ts', 'node:fs'],
  ['src-main/common/made-up.ts', 'node:fs/promises'],
  ['src-main/common/made-up.ts', 'fs'],
  ['src-main/common/made-up.ts', 'electron'],
  ['src-main/common/made-up.ts', '../node/log/log.ts'],
  ['src-main/common/providers/made-up.ts', '../../headless/cli.ts'],
  ['src-main/common/made-up.ts', '../electron/main.ts'],
  ['src-main/common/made-up.ts', '../../src-renderer/main.tsx'],
  ['src-main/common/made-up.ts', 'undici'],
  ['src-main/common/made-up.ts', 'lowdb/node'],
  ['src-main/common/made-up.ts', 'react'],
  ['src-main/common/made-up.ts', '../../test/support/fake-clock.ts'],
  ['src-main/node/log/made-up.ts', 'electron'],
  ['src-main/node/log/made-up.ts', 'electron/main'],
  ['src-main/node/log/made-up.ts', '../../electron/main.ts'],
  ['src-main/node/log/made-up.ts', '../../headless/cli.ts'],
  ['src-main/node/made-up.ts', '../../src-renderer/main.tsx'],
  ['src-main/node/made-up.ts', 'react'],
  ['src-main/node/inbox/acts/made-up.ts', '../inbox.ts'],
  ['src-main/node/inbox/acts/made-up.ts', '../call-side.ts'],
  ['src-main/node/inbox/acts/made-up.ts', 'electron'],
  ['src-main/headless/made-up.ts', 'electron'],
  ['src-main/headless/made-up.ts', '../../scripts/built.mjs'],
  ['src-main/headless/made-up.ts', '../electron/main.ts'],
  ['src-main/headless/made-up.ts', '../../src-renderer/main.tsx'],
  ['src-main/electron/made-up.ts', '../headless/cli.ts'],
  ['src-main/electron/made-up.ts', '../../src-renderer/main.tsx'],
  ['src-renderer/made-up.ts', 'electron'],
  ['src-renderer/gallery/made-up.ts', 'node:path'],
  ['src-renderer/gallery/made-up.ts', 'path'],
  ['src-renderer/gallery/made-up.ts', 'undici'],
  ['src-renderer/made-up.ts', '../src-main/node/log/log.ts'],
  ['src-renderer/gallery/made-up.ts', '../../src-main/headless/cli.ts'],
  ['src-renderer/gallery/made-up.ts', '../../src-main/electron/main.ts'],
];

const allowed: [string, string][] = [
  ['src-main/common/providers/made-up.ts', '../model.ts'],
  ['src-main/common/made-up.ts', './providers/read.ts'],
  ['src-main/common/made-up.ts', 'valibot'],
  ['src-main/node/log/made-up.ts', 'node:fs'],
  ['src-main/node/log/made-up.ts', '../../common/model.ts'],
  ['src-main/node/storage/made-up.ts', 'lowdb/node'],
  ['src-main/node/inbox/acts/made-up.ts', '../inbox-base.ts'],
  ['src-main/node/inbox/acts/made-up.ts', '../downloads/download-plan.ts'],
  ['src-main/node/inbox/made-up.ts', './call-side.ts'],
  ['src-main/headless/made-up.ts', '../node/log/log.ts'],
  ['src-main/headless/made-up.ts', '@hono/node-server'],
  ['src-main/electron/made-up.ts', 'electron'],
  ['src-main/electron/made-up.ts', '../node/log/log.ts'],
  ['src-renderer/gallery/made-up.ts', '../../src-main/common/model.ts'],
  ['src-renderer/gallery/made-up.ts', 'react'],
  ['src-renderer/gallery/made-up.ts', '@base-ui/react/dialog'],
  ['src-renderer/gallery/made-up.ts', '../client/http-client.ts'],
];

describe('the layer rules', () => {
  it.each(forbidden)('stop %s from importing %s', async (filePath, source) => {
    for (const [way, code] of statements(source)) {
      expect(await complaints(filePath, code), way).not.toEqual([]);
    }
  });

  it.each(allowed)('let %s import %s', async (filePath, source) => {
    for (const [way, code] of statements(source)) {
      expect(await complaints(filePath, code), way).toEqual([]);
    }
  });
});

describe("the preload's global", () => {
  it('is for the start of the page only', async () => {
    const code = 'export const bridge: unknown = window.videoInbox;\n';
    expect(await complaints('src-renderer/gallery/made-up.ts', code)).toEqual(['no-restricted-syntax']);
    expect(await complaints('src-renderer/main.ts', code)).toEqual([]);
  });
});

describe('a timeout inside AbortSignal.any', () => {
  it('is refused, since nobody holds it there', async () => {
    const code = (limit: string): string => `export const f = (a: AbortSignal) => AbortSignal.any([a, ${limit}]);\n`;
    for (const file of ['src-main/node/made-up.ts', 'src-main/headless/made-up.ts', 'src-main/electron/made-up.ts']) {
      expect(await complaints(file, code('AbortSignal.timeout(1)')), file).toEqual(['no-restricted-syntax']);
      expect(await complaints(file, code('a'))).toEqual([]);
    }
  });
});

describe('the global fetch', () => {
  it('is refused where others are asked, since it knows no proxy', async () => {
    const code = (given: string): string => `export const f = (${given}) => fetch('https://example.test/');\n`;
    for (const file of ['src-main/node/made-up.ts', 'src-main/headless/made-up.ts', 'src-main/electron/made-up.ts']) {
      expect(await complaints(file, code('')), file).toEqual(['no-restricted-globals']);
      const named = code('').replace('fetch(', 'globalThis.fetch(');
      expect(await complaints(file, named), file).toEqual(['no-restricted-properties']);
      expect(await complaints(file, code('fetch: (url: string) => unknown'))).toEqual([]);
    }
  });
});

describe('the sentence of an error', () => {
  const ofError = (sentence: string) =>
    `import { InboxError } from '../common/errors.ts';\nimport { asTold } from '../common/texts/sentence.ts';\nexport const f = (n: string) => new InboxError('conflict', asTold(${sentence}));\n`;
  it.each(["'It is gone.'", '`${n} is gone.`', "'Gone: ' + n", "n === 'a' ? `${n} is gone.` : n"])(
    'is refused where it is thrown (%s)',
    async (sentence) => {
      expect(await complaints('src-main/node/made-up.ts', ofError(sentence))).toEqual(['no-restricted-syntax']);
      expect(await complaints('src-main/node/made-up.ts', ofError('n'))).toEqual([]);
    },
  );
});

describe('an Error in the log', () => {
  const lines = {
    direct: "log.warn({ cause: error }, 'x');",
    gathered: "const fields = { key: 'a', cause: error };\nlog.warn(fields, 'x');",
  };
  it.each(Object.entries(lines))('is refused under a key that writes it as {} (%s)', async (_name, line) => {
    const code = `export function f(log: { warn(a: object, b: string): void }, error: Error): void {\n${line}\n}\n`;
    expect(await complaints('src-main/node/log/made-up.ts', code)).toEqual(['no-restricted-syntax']);
    expect(await complaints('src-main/node/log/made-up.ts', code.replace('cause: error', 'error'))).toEqual([]);
  });
});
