/** The pages that a person reads: their links lead somewhere, and their tables say what the program knows. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { commandNames } from '../../src-main/common/command-names.ts';
import { providers } from '../../src-main/common/providers/catalog.ts';
import { providerApis } from '../../src-main/node/provider-api/api-table.ts';
import { keyNameOf } from '../../src-main/node/provider-api/provider-api.ts';

const repoDir = path.join(import.meta.dirname, '../..');

/** Relative to the repository, with slashes. */
async function pages(): Promise<readonly string[]> {
  const docs = await readdir(path.join(repoDir, 'docs'), { recursive: true });
  const names = docs.map((name) => `docs/${name.replaceAll(path.sep, '/')}`);
  return [...(await readdir(repoDir)), ...names].filter((name) => name.endsWith('.md'));
}

const internals = 'docs/internals/';

/** As GitHub makes the anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

it('every link of the pages leads to a file, and to a heading where it names one', async () => {
  const broken: string[] = [];
  for (const page of await pages()) {
    const text = await readFile(path.join(repoDir, page), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = '', anchor] = target.split('#');
      const place = file === '' ? path.join(repoDir, page) : path.join(repoDir, path.dirname(page), file);
      const isThere = await stat(place).then(
        () => true,
        () => false,
      );
      if (!isThere) broken.push(`${page}: ${target}`);
      else if (anchor !== undefined) {
        const headings = [...(await readFile(place, 'utf8')).matchAll(/^#+ (.*)$/gm)].map(([, text_ = '']) => text_);
        if (!headings.some((heading) => anchorOf(heading) === anchor)) broken.push(`${page}: ${target}`);
      }
    }
  }
  expect(broken).toEqual([]);
});

it('every page of docs/ is in its table of contents, those about the inside in ARCHITECTURE.md', async () => {
  const contents = await readFile(path.join(repoDir, 'docs/README.md'), 'utf8');
  const architecture = await readFile(path.join(repoDir, 'ARCHITECTURE.md'), 'utf8');
  const names = (await pages()).filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
  const isListed = (name: string): boolean =>
    name.startsWith(internals) ? architecture.includes(`(${name})`) : contents.includes(`(${path.basename(name)})`);
  expect(names.filter((name) => !isListed(name))).toEqual([]);
  expect(names.filter((name) => name.startsWith(internals))).not.toEqual([]);
});

it('the table of providers is what the program knows of them', async () => {
  const text = await readFile(path.join(repoDir, 'docs/providers.md'), 'utf8');
  const told = [...text.matchAll(/^\| +`.*$/gm)].map(([line]) => line.replaceAll(/ +/g, ' '));
  const known = providers.flatMap(({ id, name, signature, secretName, expiresAfterSeconds }) => {
    if (id === 'unknown') return [];
    const api = providerApis.find(({ provider }) => provider === id);
    const cells = [
      `\`${id}\``,
      name,
      signature === null ? '' : secretName === null ? 'yes' : `\`${secretName}\``,
      api === undefined ? '' : `\`${keyNameOf(api.account)}\``,
      api?.create === undefined ? '' : 'yes',
      expiresAfterSeconds === null ? '' : lasting(expiresAfterSeconds),
    ];
    return [`| ${cells.join(' | ')} |`.replaceAll(/ +/g, ' ')];
  });
  expect(told).toEqual(known);
});

it('the README names every provider whose callbacks can be signed', async () => {
  const text = await readFile(path.join(repoDir, 'README.md'), 'utf8');
  const names = providers.flatMap(({ secretName }) => secretName ?? []);
  expect(
    names.filter((name) => !text.includes(`\`${name}\``) && !text.includes(`VIDEO_INBOX_SECRET_${name}\``)),
  ).toEqual([]);
});

it('the README has every command in its table', async () => {
  const text = await readFile(path.join(repoDir, 'README.md'), 'utf8');
  const [table = ''] = text.split('## Commands')[1]?.split('## ') ?? [];
  const told = new Set([...table.matchAll(/`(?:video-inbox )?([a-z-]+)/g)].map(([, name]) => name));
  expect(commandNames.filter((name) => !told.has(name))).toEqual([]);
});

it('the pages about the inside name source files that are there', async () => {
  const folders = ['src-main', 'src-renderer', 'test', 'scripts'];
  const names = await Promise.all(folders.map((name) => readdir(path.join(repoDir, name), { recursive: true })));
  const files = [...names.flat(), ...(await readdir(repoDir))].map((name) => `/${name.replaceAll(path.sep, '/')}`);
  const inside = (await pages()).filter((page) => page === 'ARCHITECTURE.md' || page.startsWith(internals));
  const texts = await Promise.all(inside.map((page) => readFile(path.join(repoDir, page), 'utf8')));
  const told = texts.flatMap((text) => [
    ...text.matchAll(/`(?:src-main\/|src-renderer\/|test\/)?([\w./-]+\.(?:tsx?|mjs|py))`/g),
  ]);
  expect(told.length).toBeGreaterThan(100);
  expect(told.flatMap(([, name = '']) => (files.some((file) => file.endsWith(`/${name}`)) ? [] : [name]))).toEqual([]);
});

it('ARCHITECTURE.md says of every package what it is for', async () => {
  const text = await readFile(path.join(repoDir, 'ARCHITECTURE.md'), 'utf8');
  const [table = ''] = text.split('## Dependencies')[1]?.split('\n## ') ?? [];
  const { dependencies, devDependencies } = JSON.parse(
    await readFile(path.join(repoDir, 'package.json'), 'utf8'),
  ) as Readonly<Record<'dependencies' | 'devDependencies', object>>;
  const names = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith('@types/'));
  expect(names.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
});

function lasting(seconds: number): string {
  if (seconds % 86_400 === 0) return `${String(seconds / 86_400)} d`;
  return seconds < 3600 ? `${String(seconds / 60)} min` : `${String(seconds / 3600)} h`;
}
