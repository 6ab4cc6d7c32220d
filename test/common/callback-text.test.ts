/** Texts that are neither JSON nor a form, and what stands in them. */
import { expect, test } from 'vitest';
import { textOfBase64 } from '../../src-main/common/base64.ts';
import { readCallbackText } from '../../src-main/common/callback-body.ts';
import { lastJsonIn } from '../../src-main/common/json-in-text.ts';

const film = 'https://media.example.test/o/a.mp4';
const body = { task_id: 't', status: 'completed', video_url: film };
const json = JSON.stringify(body);
const form = 'application/x-www-form-urlencoded';

test.each([
  ['text/event-stream', `event: done\ndata: ${json}\n\n`],
  ['application/x-ndjson', `{"task_id":"t","status":"running"}\n${json}\n`],
  ['application/javascript', `callback(${json});`],
  ['application/json', `)]}',\n${json}`],
  ['application/json', `// done\n${json}`],
  ['text/plain', `${json}\n\n--\nsent by a script`],
  ['application/json', `{'task_id': 't', 'status': 'completed', 'video_url': '${film}'}`],
  ['text/plain', `task_id: t\nstatus: completed\nvideo_url: ${film}\n`],
  ['multipart/mixed; boundary=B', `--B\r\nContent-Type: application/json\r\n\r\n${json}\r\n--B--\r\n`],
  [form, `${encodeURIComponent(json)}=`],
  [form, `data=${encodeURIComponent(btoa(json))}`],
])('%s: %j', (type, text) => {
  const read = readCallbackText(text, type);
  const value = 'value' in read ? read.value : null;
  expect(value).toEqual(body);
});

test.each([
  [film, { url: film }],
  [`${film}?X=1&Signature=ab`, { url: `${film}?X=1&Signature=ab` }],
  [`Your video is ready: ${film}`, { message: `Your video is ready: ${film}` }],
])('plain words: %s', (text, value) => {
  expect(readCallbackText(text, 'text/plain')).toMatchObject({ value });
});

test.each([
  'hello',
  '<html><a href="https://x.test/a.mp4">{"task_id":"t"}</a></html>',
  '{"task_id":"t","a":{"b":1}',
  '{}x',
])('nothing is made of %s', (text) => {
  expect(readCallbackText(text, 'text/plain')).toHaveProperty('problem');
});

test('hostile texts cost little', () => {
  for (const part of ['{', '[{', '{"', "{'", '{}', '"', "'{", '\\"']) {
    expect(lastJsonIn(part.repeat(200_000))).toBeNull();
  }
});

test('base64 is read as text, or not at all', () => {
  expect(textOfBase64(Buffer.from('{"ü":"…"}').toString('base64url'))).toBe('{"ü":"…"}');
  expect(['', '****', '/////w==', 'a'.repeat(300_000)].map(textOfBase64)).toEqual([null, null, null, null]);
});
