/** Whoever orders names a path: only what is plainly media leaves this computer. */
import { readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { createSources } from '../../../src-main/node/submissions/sources.ts';
import { repoDir } from '../../support/inbox-process.ts';
import { tempDir } from '../../support/temp-dir.ts';

const { mp4, webm, poster } = loadSamples();
const fixture = (name: string): Promise<Buffer> => readFile(path.join(repoDir, 'test/fixtures/media', name));

async function world() {
  const clock = { now: Date.parse('2026-11-21T12:00:00Z') };
  const dir = await tempDir();
  const sent: string[] = [];
  const sources = createSources({
    upload: (provider) =>
      provider === 'takes-none'
        ? null
        : (file) => {
            sent.push(file);
            return Promise.resolve('https://files.example/x');
          },
    uploading: () => undefined,
    durationOf: () => Promise.resolve(5),
    now: () => clock.now,
  });
  const put = async (name: string, bytes: Uint8Array | string): Promise<string> => {
    const file = path.join(dir, name);
    await writeFile(file, bytes);
    return file;
  };
  return { dir, sent, sources, put, clock };
}

const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----\n';

test.each<[what: string, name: string, bytes: string | Uint8Array]>([
  ['a private key', 'id_rsa', key],
  ['a private key that is called a film', 'film.mp4', key],
  ['settings', 'config.json', '{"token":"abc"}'],
  ['a database', 'cookies.sqlite', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4096)])],
  ['an archive', 'all.zip', Buffer.from('504b0304140000000800', 'hex')],
  ['random bytes', 'key.bin', Buffer.from('8f00a1b2c3d4e5f60718', 'hex')],
  ['an empty file', 'nothing', ''],
])('%s is not uploaded and not looked at', async (_what, name, bytes) => {
  const { sources, sent, put, dir } = await world();
  const file = await put(name, bytes);
  await symlink(file, path.join(dir, 'link.mp4'));
  for (const source of [file, path.join(dir, 'link.mp4')]) {
    const refused = {
      code: 'bad-request',
      message: expect.stringContaining('is no video, picture or sound') as string,
    };
    await expect(sources.publish('kie-aleph', source)).rejects.toMatchObject(refused);
    await expect(sources.facts(source)).rejects.toMatchObject(refused);
  }
  expect(sent).toEqual([]);
});

test('videos, pictures and sounds are, whatever they are called', async () => {
  const { sources, sent, put } = await world();
  const wav = Buffer.concat([Buffer.from('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0', 'latin1'), Buffer.alloc(24)]);
  const files = [
    await put('a', mp4.bytes),
    await put('b.txt', webm.bytes),
    await put('c', poster.bytes),
    await put('d', await fixture('poster.png')),
    await put('e', await fixture('poster.avif')),
    await put('f', await fixture('moov-at-end.mov')),
    await put('g', await fixture('h264.mkv')),
    await put('h', Buffer.concat([Buffer.from('ID3\x03\0\0\0\0\0\0\xff\xfb\x90\x64', 'latin1'), Buffer.alloc(400)])),
    await put('i', wav),
  ];
  for (const file of files) {
    expect(await sources.publish('kie-aleph', file)).toBe('https://files.example/x');
    expect(await sources.facts(file)).toMatchObject({ durationSeconds: 5 });
  }
  expect(sent).toEqual(files);
});

test('an upload is used again for a while, and not where a clock that was set back tells nothing of its age', async () => {
  const { sources, sent, put, clock } = await world();
  const file = await put('a.mp4', mp4.bytes);
  await sources.publish('kie-aleph', file);
  clock.now += 60_000;
  await sources.publish('kie-aleph', file);
  expect(sent).toHaveLength(1);
  clock.now -= 24 * 3_600_000;
  await sources.publish('kie-aleph', file);
  expect(sent).toHaveLength(2);
});
