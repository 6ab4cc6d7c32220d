/** Bodies that somebody posted to the running inbox without having read it, and what a person would expect of each. */
import { describe, expect, it } from 'vitest';
import { readCallbackText } from '../../../src-main/common/body/callback-body.ts';
import { readTasks } from '../../support/read-tasks.ts';
import type { Reading } from '../../../src-main/common/providers/reading.ts';

const site = 'https://media.example.test';
const film = `${site}/f/a.mp4`;

function read(body: unknown, type = 'application/json'): readonly Reading[] {
  const text = readCallbackText(typeof body === 'string' ? body : JSON.stringify(body), type);
  if (!('value' in text)) return [];
  return readTasks({ body: text.value, headers: {}, providerHint: null });
}

/** The first task's id, state and films. */
function told(body: unknown, type?: string): object | undefined {
  const [first] = read(body, type);
  if (first?.kind !== 'result') return first;
  return { id: first.taskId, state: first.result.state, films: first.result.videoUrls };
}

describe('which task it is', () => {
  it('is found behind thousands of other names, with its state and its film', () => {
    const steps = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`step_${String(n)}`, n]));
    const task = { ...steps, task_id: 'w-1', status: 'done', video_url: film };
    expect(told(task)).toEqual({ id: 'w-1', state: 'succeeded', films: [film] });
  });

  it.each(['null', 'undefined', 'None', 'nil', 'NaN', '[object Object]', '{{task_id}}', '${taskId}'])(
    'a template that was filled with nothing names none: %s',
    (id) => {
      expect(told({ task_id: id, job_id: 'j-1', status: 'failed' })).toMatchObject({ id: 'j-1', state: 'failed' });
      expect(told({ task_id: id, status: 'failed', message: id })).not.toMatchObject({ id });
    },
  );

  it('signs of no width around it are none of it', () => {
    expect(told({ task_id: '\u200bz-1\u2060 ', status: 'failed' })).toMatchObject({ id: 'z-1' });
    expect(told({ task_id: '\u200b\u200b', job_id: 'z-2', status: 'failed' })).toMatchObject({ id: 'z-2' });
  });

  const repository = { id: 217723378, full_name: 'a/b' };
  it.each([
    [{ id: 301, status: 'completed', conclusion: 'success' }, 'succeeded'],
    [{ id: 302, status: 'completed', conclusion: 'failure' }, 'failed'],
    [{ id: 303, status: 'completed', conclusion: 'timed_out' }, 'failed'],
    [{ id: 304, status: 'in_progress', conclusion: null }, 'processing'],
  ])('the run of a workflow and not the repository that all of them are in: %j', (run, state) => {
    const artifacts_url = 'https://api.github.test/runs/1/artifacts';
    const body = {
      action: 'completed',
      workflow_run: { ...run, artifacts_url },
      workflow: { id: 7, state: 'active' },
      repository,
    };
    expect(told(body)).toMatchObject({ id: String(run.id), state, films: [] });
    expect(told({ action: 'completed', workflow_job: run, repository })).toMatchObject({ id: String(run.id), state });
  });

  it('what was put into a bucket (S3), each file a task', () => {
    const put = (key: string, eventName = 'ObjectCreated:Put'): object => ({
      eventSource: 'aws:s3',
      eventName,
      s3: { configurationId: 'c', bucket: { name: 'renders' }, object: { key, eTag: 'd41d8' } },
    });
    expect(told({ Records: [put('out/a+1.mp4')] })).toEqual({
      id: 'renders/out/a+1.mp4',
      state: 'succeeded',
      films: ['s3://renders/out/a+1.mp4'],
    });
    expect(read({ Records: [put('a.mp4'), put('b.mp4')] })).toMatchObject([
      { taskId: 'renders/a.mp4' },
      { taskId: 'renders/b.mp4' },
    ]);
    expect(told({ Records: [put('a.mp4', 'ObjectRemoved:Delete')] })).not.toMatchObject({ state: 'succeeded' });
  });

  it('what a row of a collection goes by (Directus)', () => {
    const payload = { status: 'done', film };
    expect(told({ event: 'items.update', collection: 'videos', key: 'd-1', payload })).toEqual({
      id: 'd-1',
      state: 'succeeded',
      films: [film],
    });
    expect(told({ event: 'items.update', collection: 'videos', keys: ['d-2'], payload })).toMatchObject({ id: 'd-2' });
  });
});

describe('how it went', () => {
  it.each([
    ['text', 'processing'],
    ['first', 'processing'],
    ['complete', 'succeeded'],
    ['error', 'failed'],
  ])('kie.ai tells the step of a song: %s', (callbackType, state) => {
    const body = { code: 200, msg: 'All well.', data: { callbackType, task_id: 's-1', data: null } };
    expect(told(body)).toMatchObject({ id: 's-1', state });
  });

  it.each([
    ['rate_limited', 'failed'],
    ['DONE_WITH_ERRORS', 'succeeded'],
    ['finished with warnings', 'succeeded'],
    ['non-success', 'failed'],
  ])('%s', (status, state) => {
    expect(told({ id: 'w-1', status })).toMatchObject({ state });
  });

  it('a state that is an object with a number and a word', () => {
    expect(told({ id: 'w-2', status: { code: 2, description: 'FAILED' } })).toMatchObject({ state: 'failed' });
  });

  it('a code of the call that is not 0, beside nothing else that tells', () => {
    expect(told({ ret: -1, msg: 'balance not enough', task_id: 'r-1' })).toMatchObject({ state: 'failed' });
    expect(told({ ret: 0, msg: '', task_id: 'r-2', url: film })).toMatchObject({ state: 'succeeded' });
    expect(told({ ret: 1, msg: 'ok', task_id: 'r-3', url: film })).toMatchObject({ state: 'succeeded' });
    expect(told({ ret: 0, msg: 'ok', task_id: 'r-4' })).toMatchObject({ state: 'unknown' });
  });
});

describe('texts', () => {
  const page = (title: string): string =>
    `<!DOCTYPE html><html><head><title>${title}</title></head><body><video src="${film}"></video><h1>x</h1></body></html>`;

  it.each([
    '502 Bad Gateway',
    'Access denied | x used Cloudflare',
    'Page not found',
    'Just a moment...',
    'Error',
    'Sign in',
    'The endpoint is offline',
    'Wartungsarbeiten',
  ])('a page that tells an error is no result, whatever film it shows: %s', (title) => {
    expect(read(page(title), 'text/html')).toEqual([]);
    expect(read(`<html><h1 class="t">${title}</h1><a href="${film}">x</a></html>`, 'text/html')).toEqual([]);
  });

  it.each([
    '<form><input name="p" type="password"></form>',
    "<INPUT class='x' autocomplete=off\n TYPE = 'password' >",
    '<input type=password>',
  ])('a page that asks for a password is none, in whatever language: %s', (form) => {
    const login = page('Zaloguj się').replace('</body>', `${form}</body>`);
    expect(read(login, 'text/html')).toEqual([]);
    expect(read(`<html><a href="${film}">x</a>${form}</html>`, 'text/html')).toEqual([]);
    for (const part of ['div', 'form', 'section', 'P']) {
      expect(read(`<${part} class="login"><a href="${film}">x</a>${form}</${part}>`, 'text/html')).toEqual([]);
    }
  });

  it('a letter that links a film is one', () => {
    expect(told(page('Your video is ready'), 'text/html')).toMatchObject({ films: [film] });
  });

  const text = (value: string): string => `s:${Buffer.byteLength(value)}:"${value}";`;
  const php = (fields: readonly (readonly [string, string])[]): string =>
    `a:${fields.length}:{${fields.map(([name, value]) => text(name) + text(value)).join('')}}`;
  it('PHP: what is nested, listed, long or cut', () => {
    const task = `${text('task_id')}i:9007199254740993;${text('hd')}b:0;${text('n')}N;${text('d')}d:0.5;`;
    const urls = `${text('urls')}a:2:{i:0;${text(film)}i:1;${text(`${film}?2`)}}`;
    expect(told(`a:1:{${text('data')}a:5:{${task}${urls}}}`, 'text/plain')).toMatchObject({
      id: '9007199254740993',
      films: [film, `${film}?2`],
    });
    expect(read(`a:1:{${text('data')}a:5:{${task}`, 'text/plain')).toEqual([]);
    expect(read(`${'a:1:{i:0;'.repeat(20_000)}${'}'.repeat(20_000)}`, 'text/plain')).toEqual([]);
    expect(read(`a:2:{s:99999:"x";${text('id')}`, 'text/plain')).toEqual([]);
  });

  const body = { id: 't-1', status: 'completed', video_url: film };
  const lines = JSON.stringify(body, null, 2).split('\n');
  it.each([
    ['text/event-stream', `event: result\nid: 7\n${lines.map((line) => `data: ${line}`).join('\n')}\n\n`],
    ['text/event-stream', `: hi\r\n${lines.map((line) => `data:${line}`).join('\r\n')}\r\n\r\ndata: [DONE]\r\n\r\n`],
    ['application/json', JSON.stringify(body).slice(1, -1)],
    ['application/json', `${JSON.stringify(body, null, 2).slice(1, -1)},\n`],
    [
      'text/plain',
      php([
        ['id', 't-1'],
        ['status', 'completed'],
        ['note', 'für – 🎬"};'],
        ['video_url', film],
      ]),
    ],
    [
      'text/plain',
      php([
        ['id', 't-1'],
        ['status', 'completed'],
        ['video_url', film],
      ]).replace('a:3', 'O:8:"stdClass":3'),
    ],
  ])('JSON in the frames of a stream, without its braces, and what PHP serializes: %s %j', (type, text) => {
    expect(told(text, type)).toEqual({ id: 't-1', state: 'succeeded', films: [film] });
  });
});

describe('links', () => {
  it.each([
    [{ url: `${film}?a=1\\u0026b=2` }, `${film}?a=1&b=2`],
    [{ url: `${film}?a=1\\u0026amp;b=2` }, `${film}?a=1&b=2`],
    [{ output: [{ url: `${film}?a\\u003d1` }] }, `${film}?a=1`],
  ])('signs that were written out for a text twice: %j', (held, link) => {
    expect(told({ id: 'l-1', status: 'completed', ...held })).toMatchObject({ films: [link] });
  });

  it.each([
    [{ base_url: `${site}/out/`, files: ['a/b.mp4'] }, `${site}/out/a/b.mp4`],
    [{ host: site, path: '/x/y.mp4' }, `${site}/x/y.mp4`],
    [{ cdn_url: `${site}/d`, output: { filename: 'q.mp4' } }, `${site}/d/q.mp4`],
    [{ data: { baseUrl: `${site}/d/`, videos: [{ path: 'r s.mp4' }] } }, `${site}/d/r s.mp4`],
  ])('an address and the path below it: %j', (held, link) => {
    expect(told({ id: 'b-1', status: 'completed', ...held })).toMatchObject({ state: 'succeeded', films: [link] });
  });

  it.each([
    { base_url: site, input: { path: 'in.mp4' } },
    { base_url: site, preview: 'p.mp4' },
    { webhook_url: site, path: 'x.mp4' },
    { host: 'gpu-7.example.test', path: '/tmp/x.mp4' },
    { base_url: site, path: '../x.mp4' },
    { base_url: site, path: '//other.example.test/x.mp4' },
    { cdn_url: site, video_url: 'here it is https://other.example.test/x.mp4' },
    { base_url: 'javascript:x', path: 'x.mp4' },
    { base_url: site, cdn_url: `${site}/other`, path: 'x.mp4' },
  ])('and nothing is put together where that is not surely meant: %j', (held) => {
    expect(told({ id: 'b-1', status: 'completed', ...held })).not.toMatchObject({
      films: [expect.stringContaining(site)],
    });
  });

  it.each([
    { url: `\u200b${film}\u200b` },
    { output: [`\ufeff${film}`] },
    { message: `视频：${film}。请下载` },
    { message: `動画（${film}）をどうぞ` },
  ])('signs of no width, and words without blanks: %j', (held) => {
    expect(told({ id: 'c-1', status: 'completed', ...held })).toMatchObject({ films: [film] });
  });

  it('a link without its scheme, under the name of a link', () => {
    const body = { id: 'n-1', status: 'completed', video_url: 'media.example.test/f/a.mp4?x=1' };
    expect(told(body)).toMatchObject({ films: ['//media.example.test/f/a.mp4?x=1'] });
    expect(told({ ...body, video_url: 'renders/a.mp4' })).toMatchObject({ films: [] });
  });
});
