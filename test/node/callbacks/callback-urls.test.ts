import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { noResult } from '../../../src-main/common/model.ts';
import { draftsOf } from '../../../src-main/node/callbacks/callback-record.ts';
import { openCallbackUrls } from '../../../src-main/node/callbacks/callback-urls.ts';
import type { Log } from '../../../src-main/node/log/log.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { tempDir } from '../../support/temp-dir.ts';

const now = (): Date => new Date('2026-11-21T12:00:00Z');
const open = (file: string, log: Log = silentLog) => openCallbackUrls(file, log, now);
const newFile = async (): Promise<string> => path.join(await tempDir(), 'callback-urls.json');

describe('the callback URLs', () => {
  it('begin with one, whose token cannot be guessed and stays the same', async () => {
    const file = await newFile();
    const urls = await open(file);
    const { token } = urls.main();
    expect(Buffer.from(token, 'base64url').length * 8).toBeGreaterThanOrEqual(128);
    expect(token).toMatch(/^[\w-]+$/);
    await urls.close();
    expect((await open(file)).main().token).toBe(token);
  });

  it('may tell whose callbacks come through them', async () => {
    const file = await newFile();
    const urls = await open(file);
    expect(await urls.mint({ label: 'Vidu', project: null, provider: 'vidu' })).toMatchObject({ provider: 'vidu' });
    expect(await urls.mint({ label: 'kie', project: null, provider: 'kie' })).toMatchObject({ provider: 'kie' });
    await expect(urls.mint({ label: 'x', project: null, provider: 'nobody' })).rejects.toThrow(/no provider/);
    await urls.close();
    expect((await open(file)).list().map(({ provider }) => provider)).toEqual([null, 'vidu', 'kie']);
  });

  it('each have a token of their own, and one is revoked without the others', async () => {
    const file = await newFile();
    const urls = await open(file);
    const main = urls.main();
    const pitch = await urls.mint({ label: ' Pitch ', project: ' pitch-03 ' });
    const other = await urls.mint({ label: 'Other', project: ' ' });
    expect(pitch).toMatchObject({ label: 'Pitch', project: 'pitch-03', count: 0, lastUsedAt: null, revokedAt: null });
    expect(other.project).toBeNull();
    expect(new Set(urls.tokens()).size).toBe(3);

    await urls.revoke(pitch.id);
    expect(urls.find(pitch.token)).toBeNull();
    expect(urls.find(other.token)?.id).toBe(other.id);
    expect(urls.main()).toEqual(main);
    expect(urls.tokens()).toContain(pitch.token); // still to be taken out of what is kept
    await urls.close();

    const again = await open(file);
    expect(again.find(pitch.token)).toBeNull();
    expect(again.find(other.token)?.id).toBe(other.id);
  });

  it('are never none: the last one that is revoked gets a successor', async () => {
    const urls = await open(await newFile());
    const { id, token } = urls.main();
    await urls.revoke(id);
    expect(urls.find(token)).toBeNull();
    expect(urls.find(urls.main().token)).toEqual(urls.main());
  });

  it('keep count and last use over a restart', async () => {
    const file = await newFile();
    const urls = await open(file);
    const { id } = urls.main();
    urls.used(id);
    urls.used(id);
    await urls.close();
    expect((await open(file)).main()).toMatchObject({ count: 2, lastUsedAt: now().toISOString() });
  });

  it.each(['', '   ', 'x'.repeat(81)])('refuse %j as a name', async (label) => {
    const urls = await open(await newFile());
    await expect(urls.mint({ label, project: null })).rejects.toMatchObject({ code: 'bad-request' });
    expect(urls.list()).toHaveLength(1);
  });

  it('keep a project as long as that of an order, and tag with its beginning', async () => {
    const urls = await open(await newFile());
    const url = await urls.mint({ label: 'x', project: 'p'.repeat(100) });
    expect(url.project).toHaveLength(100);
    const task = { kind: 'result', provider: 'fal', certain: true, taskId: 't', result: noResult } as const;
    const told = { ...task, key: 'fal:t', isKnown: false, trust: 'unsigned', replayKey: null } as const;
    const kept = { body: '{}', bodyEncoding: 'utf8' } as const;
    const [draft] = draftsOf({ url, remote: null }, [told], { headers: {}, kept, bodySha256: '' });
    expect(draft).toMatchObject({ project: url.project, tags: ['p'.repeat(60)] });
  });

  it('do not know a URL that never was', async () => {
    const urls = await open(await newFile());
    await expect(urls.revoke('nobody')).rejects.toMatchObject({ code: 'not-found' });
    for (const token of ['', 'guess', urls.main().token.slice(1), `${urls.main().token}x`]) {
      expect(urls.find(token)).toBeNull();
    }
  });
});

it('a URL that the disk did not take is none, and one that could not be revoked goes on', async () => {
  const file = await newFile();
  const urls = await open(file);
  const pitch = await urls.mint({ label: 'Pitch', project: null });
  const { token } = urls.main();
  // A folder in the place of the list: it cannot be replaced by a file.
  const saved = await readFile(file);
  await rm(file);
  await mkdir(path.join(file, 'in-the-way'), { recursive: true });

  await expect(urls.mint({ label: 'Other', project: null })).rejects.toMatchObject({ syscall: 'rename' });
  await expect(urls.revoke(pitch.id)).rejects.toMatchObject({ syscall: 'rename' });
  await expect(urls.revoke(urls.main().id)).rejects.toMatchObject({ syscall: 'rename' });
  await expect(urls.setProject([pitch.id], 'else')).rejects.toMatchObject({ syscall: 'rename' });
  urls.used(pitch.id);
  expect(urls.list().map(({ label, count }) => [label, count])).toEqual([
    ['Default', 0],
    ['Pitch', 1],
  ]);
  expect(urls.find(pitch.token)).toMatchObject({ project: null, revokedAt: null });
  expect(urls.main().token).toBe(token);

  // Told of by another machine it takes callbacks all the same.
  const elsewhere = { ...pitch, id: 'elsewhere', token: 'a-token-of-another-machine', label: 'There' };
  await expect(urls.merge([elsewhere])).rejects.toMatchObject({ syscall: 'rename' });
  expect(urls.find(elsewhere.token)).toMatchObject({ label: 'There' });

  await rm(file, { recursive: true });
  await writeFile(file, saved);
  await urls.revoke(pitch.id);
  await urls.close();
  const again = await open(file);
  expect(again.find(pitch.token)).toBeNull();
  expect(
    again
      .list()
      .map(({ label, count }) => [label, count])
      .sort(),
  ).toEqual([
    ['Default', 0],
    ['Pitch', 1],
    ['There', 0],
  ]);
});

it.each(['told of again', 'closed'])(
  'a URL of another machine that the disk did not take is saved once it is %s',
  async (then) => {
    const file = await newFile();
    const urls = await open(file);
    const elsewhere = { ...urls.main(), id: 'elsewhere', token: 'a-token-of-another-machine' };
    const saved = await readFile(file);
    await rm(file);
    await mkdir(path.join(file, 'in-the-way'), { recursive: true });
    await expect(urls.merge([elsewhere])).rejects.toMatchObject({ syscall: 'rename' });
    await rm(file, { recursive: true });
    await writeFile(file, saved);
    if (then === 'closed') await urls.close();
    else await urls.merge([elsewhere]);
    expect((await open(file)).find(elsewhere.token)).toMatchObject({ id: 'elsewhere' });
  },
);

describe('a list on disk that is damaged', () => {
  const damages = ['', 'not JSON', '{"version":1,"urls":[{"id":"a"}]}', '[]', '{"version":1,"urls":[nul', 'null'];

  it.each(damages)('%j: its copy is used, the damaged file is kept, and no token gets into the log', async (damage) => {
    const file = await newFile();
    const urls = await open(file);
    const minted = await urls.mint({ label: 'Pitch', project: null });
    await urls.close();
    await writeFile(file, damage);
    const lines: string[] = [];
    const write = (fields: object, message: string): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
    const again = await open(file, { debug: write, info: write, warn: write, error: write });
    expect(again.find(minted.token)?.id).toBe(minted.id);
    expect(again.main()).toEqual(urls.main());
    const aside = (await readdir(path.dirname(file))).filter((name) => name.includes('.broken-'));
    expect(aside).toHaveLength(1);
    expect(lines).toHaveLength(1);
  });

  it('does not quote what is in it', async () => {
    const file = await newFile();
    const urls = await open(file);
    const { token } = urls.main();
    await urls.close();
    await writeFile(file, (await readFile(file, 'utf8')).replace(`"${token}"`, `"${token}" x`));
    const lines: string[] = [];
    const write = (fields: object, message: string): void =>
      void lines.push(message, ...Object.values(fields).map(String));
    await open(file, { debug: write, info: write, warn: write, error: write });
    expect(lines.join(' ')).toContain('broken');
    expect(lines.join(' ')).not.toContain(token.slice(-6));
  });

  it('with a damaged copy too: both are put aside and a new URL is made', async () => {
    const file = await newFile();
    const urls = await open(file);
    const { token } = urls.main();
    await urls.close();
    await writeFile(file, '{');
    await writeFile(`${file}.copy`, '{');
    const lines: string[] = [];
    const write = (_fields: object, message: string): void => void lines.push(message);
    const again = await open(file, { debug: write, info: write, warn: write, error: write });
    expect(again.find(token)).toBeNull();
    expect(lines).toEqual([expect.stringContaining('and its copy were broken')]);
    expect(again.problem?.english).toContain(
      'there is a new callback URL, and callbacks to those of before are refused',
    );
    expect((await open(file)).problem).toBeNull();
    expect((await readdir(path.dirname(file))).filter((name) => name.includes('.broken-'))).toHaveLength(2);
  });

  it('with a copy that is damaged elsewhere: what can be read in either of them goes on', async () => {
    const file = await newFile();
    const urls = await open(file);
    const { token } = urls.main();
    const pitch = await urls.mint({ label: 'Pitch {a}', project: 'a' });
    const film = await urls.mint({ label: 'Film', project: null });
    const gone = await urls.mint({ label: 'Gone', project: null });
    await urls.revoke(gone.id);
    await urls.close();
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, text.indexOf('Film')));
    await writeFile(`${file}.copy`, `${text.slice(text.indexOf('"Film"') - 60)},`);
    const again = await open(file);
    expect([again.problem, again.main().token, again.find(token)?.id]).toEqual([null, token, urls.main().id]);
    expect(again.find(gone.token)).toBeNull();
    const kept = await open(file);
    expect([kept.list(), kept.problem]).toEqual([again.list(), null]);
    expect(again.find(pitch.token)).toMatchObject({ label: 'Pitch {a}', project: 'a' });
    // The only one that is whole in neither.
    expect(again.find(film.token)).toBeNull();
  });

  it('that is gone is made again from its copy', async () => {
    const file = await newFile();
    const urls = await open(file);
    const { token } = urls.main();
    await urls.close();
    await rm(file);
    expect((await open(file)).main().token).toBe(token);
  });

  it('that the disk does not give stops the start: new tokens would lose the callbacks to the old ones', async () => {
    const file = await newFile();
    await mkdir(file);
    await expect(open(file)).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(path.dirname(file))).toEqual(['callback-urls.json']);
  });

  it('with fields of a wrong kind keeps what can be read; odd marks of revocation count as revoked', async () => {
    const file = await newFile();
    const entries = [
      { id: 'a', token: 'token-a', label: 7, project: [], count: 'many', lastUsedAt: 1, createdAt: null },
      { id: 'b', token: 'token-b', revokedAt: true },
    ];
    await writeFile(file, JSON.stringify({ version: 1, urls: entries }));
    const urls = await open(file);
    expect(urls.find('token-a')).toMatchObject({ label: 'Callback URL', project: null, count: 0, lastUsedAt: null });
    expect(urls.find('token-b')).toBeNull();
  });
});
