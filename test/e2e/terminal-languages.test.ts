/** The terminal speaks the language of its environment; what programs read is English whatever that is. */
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createInboxes } from '../support/inbox-process.ts';

const inboxes = createInboxes();
afterAll(() => inboxes.close());

const spanish = { LC_ALL: '', LC_MESSAGES: '', LANG: 'es_ES.UTF-8' };
const none = 'kie-luma:none';

it('says errors, notes and tables in Spanish where the system is Spanish, also those of the running inbox', async () => {
  const dataDir = path.join(await inboxes.tempDir(), 'data');
  const env = { ...spanish, VIDEO_INBOX_DATA_DIR: dataDir };
  const unknown = await inboxes.runCli(['no-such'], env);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringMatching(/^No hay ningún comando «no-such»/)]);
  const away = await inboxes.runCli(['status'], env);
  expect(away.stderr).toContain(`Ningún Video Inbox corre en ${dataDir}.`);

  // The inbox itself was started in English: it tells which sentence it is, and the terminal says it.
  const inbox = await inboxes.start({ dataDir, env: { LC_ALL: 'C' } });
  const asked = await inboxes.runCli(['ask', none], env);
  expect([asked.code, asked.stderr]).toEqual([1, expect.stringContaining(`No se conoce ninguna tarea «${none}».`)]);
  const status = await inboxes.runCli(['status'], env);
  expect(status.stdout).toMatch(/^Video Inbox corre con pid \d+ en /);
  // What stands in an answer as an English sentence is said in Spanish here, and stays English for programs.
  const loopback = 'solo los programas de este equipo llegan a la URL de callback';
  expect(status.stdout).toContain(loopback);
  const forPrograms = await inboxes.runCli(['status', '--json'], env);
  expect(JSON.parse(forPrograms.stdout)).toMatchObject({
    tunnel: { message: expect.stringMatching(/^No tunnel is set up/) as string },
  });
  expect(await inboxes.runCli(['requests', '--refused'], env)).toMatchObject({
    stdout: '',
    stderr: 'No se rechazó nada.\n',
  });
  const refused = await fetch(inbox.callbackUrl, { method: 'POST', body: 'nothing readable' });
  expect(refused.status).toBe(400);
  const { lastRefused } = (await inbox.call('app:status')).requests;
  const told = (await inboxes.runCli(['status'], env)).stdout;
  expect(told).not.toContain(lastRefused?.message);
  await inbox.postCallback({ code: 501, msg: 'Stopped.', data: { taskId: 'no-1' } });
  await inbox.waitForTask('no-1', ({ state }) => state === 'failed');
  const shown = (await inboxes.runCli(['show', 'no-1'], env)).stdout;
  expect(shown).toMatch(/Estado +fallida\n(.*\n)*Callbacks 1, sin firma/);
  expect((await inboxes.runCli(['list'], env)).stdout).toContain('fallida');
  const help = await inboxes.runCli(['help'], env);
  expect(help.stdout).toContain('pone en marcha la bandeja');
  expect((await inboxes.runCli(['settings'], env)).stdout).toContain('Tareas nuevas al día');
  await inbox.stop();
});

it.each([
  ['pt_BR.UTF-8', 'Não há comando "no-such"', 'Ainda não há chaves.'],
  ['vi_VN.UTF-8', 'Không có lệnh "no-such"', 'Chưa có khóa nào.'],
  ['ar_EG.UTF-8', 'لا يوجد أمر باسم «no-such»', 'لا مفاتيح بعد.'],
])('says errors and answers in the language of %s', async (LANG, unknown, noKeys) => {
  const env = { ...spanish, LANG, VIDEO_INBOX_DATA_DIR: path.join(await inboxes.tempDir(), 'data') };
  expect((await inboxes.runCli(['no-such'], env)).stderr).toContain(unknown);
  expect((await inboxes.runCli(['api-key', 'list'], env)).stderr).toContain(noKeys);
});

it('keeps its columns where signs take two of them', async () => {
  const env = { ...spanish, LANG: 'ja_JP.UTF-8', VIDEO_INBOX_DATA_DIR: path.join(await inboxes.tempDir(), 'data') };
  const inbox = await inboxes.start({ dataDir: env.VIDEO_INBOX_DATA_DIR });
  const lines = (await inboxes.runCli(['settings'], env)).stdout
    .trimEnd()
    .split('\n')
    .filter((line) => !line.startsWith(' '));
  // Where the third column begins, in columns of a terminal.
  const starts = lines.map((line) => {
    const [before = ''] = /^\S+ +.+? {2,}/.exec(line) ?? [];
    return before.replaceAll(/[\u3000-\u9fff\uff00-\uff60]/g, 'xx').length;
  });
  expect(new Set(starts).size).toBe(1);
  expect(starts[0]).toBeGreaterThan(0);
  await inbox.stop();
});

it('says the same in English where programs read, and where the environment says C, en or nothing', async () => {
  const env = { VIDEO_INBOX_DATA_DIR: path.join(await inboxes.tempDir(), 'data') };
  const asked = async (more: Readonly<Record<string, string>>, ...flags: string[]) =>
    (await inboxes.runCli(['status', ...flags], { ...env, ...more })).stderr;
  const english = await asked({ LC_ALL: '', LC_MESSAGES: '', LANG: '' });
  expect(english).toMatch(/^No Video Inbox runs on .* Start it with "npm run cli -- serve"/);
  expect(await asked({ ...spanish, LC_ALL: 'C' })).toBe(english);
  expect(await asked({ ...spanish, LC_MESSAGES: 'en_US.UTF-8' })).toBe(english);
  expect(await asked({ ...spanish, LANG: 'xx_XX' })).toBe(english);
  expect(await asked(spanish, '--json')).toBe(english);
  expect(await asked(spanish)).not.toBe(english);
});
