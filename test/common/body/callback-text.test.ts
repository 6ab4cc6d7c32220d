/** Texts that are neither JSON nor a form, and what stands in them. */
import { expect, test } from 'vitest';
import { textOfBase64 } from '../../../src-main/common/base64.ts';
import { callbackTextInTurns, readCallbackText } from '../../../src-main/common/body/callback-body.ts';
import { atOnce } from '../../../src-main/common/in-turns.ts';
import { fieldsInLists } from '../../../src-main/common/body/fields-in-lists.ts';
import { lastJsonIn } from '../../../src-main/common/body/json-in-text.ts';

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
  ['text/plain', btoa(json)],
  ['application/json', JSON.stringify(btoa(json))],
  ['application/jwt', `eyJhbGciOiJIUzI1NiJ9.${btoa(json).replaceAll('=', '')}.c2ln`],
  ['text/plain', encodeURIComponent(encodeURIComponent(json))],
  [form, `payload=${encodeURIComponent(encodeURIComponent(json))}`],
  ['text/html', `<html><body><pre class="x">${json.replaceAll('"', '&quot;')}</pre></body></html>`],
  ['text/plain', `module.exports = { // done\n task_id: 't', status: 'completed', video_url: '${film}' };`],
  ['application/json', JSON.stringify(JSON.stringify(JSON.stringify(json)))],
  [form, `?task_id=t&status=completed&video_url=${encodeURIComponent(film)}`],
  [form, `&task_id=t&status=completed&video_url=${encodeURIComponent(film)}`],
  [form, `task_id=t;status=completed;video_url=${encodeURIComponent(film)}`],
  ['text/plain', `task_id=t; status=completed; video_url=${film};`],
  ['text/plain', `task_id=t, status="completed", video_url=${film}`],
  ['text/plain', `task_id=t\nstatus=completed\nvideo_url=${film}\n`],
  ['application/yaml', `---\n# done\ntask_id: "t"\nstatus: 'completed'\nvideo_url: ${film}\n...\n`],
  ['application/toml', `task_id = "t"\nstatus = "completed"\nvideo_url = "${film}"\n`],
  ['text/plain', `Array\n(\n    [task_id] => t\n    [status] => completed\n    [video_url] => ${film}\n)\n`],
  ['text/csv', `task_id,status,video_url\r\nt,"completed",${film}\r\n`],
  ['text/tab-separated-values', `task_id\tstatus\tvideo_url\nt\tcompleted\t${film}`],
  ['text/plain', `task_id=t status=completed video_url=${film}`],
  ['text/plain', `task_id='t' status="completed" video_url='${film}'`],
  ['text/plain', Buffer.from(json).toString('hex')],
  ['text/plain', `\\x${Buffer.from(json).toString('hex').toUpperCase()}`],
  ['text/plain', btoa(json).replace(/.{40}/g, '$&\r\n')],
  ['text/plain', `OrderedDict([('task_id', 't'), ('status', 'completed'), ('video_url', '${film}')])`],
  ['text/plain', `Task(task_id='t', status=<Status.COMPLETED: 'completed'>, video_url='${film}')`],
  ['text/plain', `Task[task_id=t, status=completed, video_url=${film}]`],
  ['text/plain', `{ task_id = t; status = completed; video_url = "${film}"; }`],
  ['application/json', JSON.stringify(Object.entries(body))],
  ['application/json', JSON.stringify(Object.entries(body).map(([name, value]) => ({ name, value })))],
  [
    'application/json',
    JSON.stringify({
      fields: { task_id: { stringValue: 't' }, status: { stringValue: 'completed' }, video_url: { stringValue: film } },
    }),
  ],
  ['application/json', JSON.stringify({ task_id: { S: 't' }, status: { S: 'completed' }, video_url: { S: film } })],
])('%s: %j', (type, text) => {
  const read = readCallbackText(text, type);
  const value = 'value' in read ? read.value : null;
  expect(value).toEqual(body);
});

test.each([
  [
    `id: t\noutput:\n  files:\n    - url: ${film}\n      type: video\n    - url: x\n  tags:\n  - a\n  - b\ninput:\n  video: s\n`,
    {
      id: 't',
      output: { files: [{ url: film, type: 'video' }, { url: 'x' }], tags: ['a', 'b'] },
      input: { video: 's' },
    },
  ],
  [
    `Array\n(\n    [id] => t\n    [output] => Array\n        (\n            [0] => ${film}\n        )\n\n)\n`,
    { id: 't', output: { '0': film } },
  ],
  [
    `id;state\nt;done\nu;"failed; badly"`,
    [
      { id: 't', state: 'done' },
      { id: 'u', state: 'failed; badly' },
    ],
  ],
  [
    `__proto__: x\nid: t`,
    Object.fromEntries([
      ['__proto__', 'x'],
      ['id', 't'],
    ]),
  ],
])('what stands in lines keeps its order: %j', (text, value) => {
  expect(readCallbackText(text, 'text/plain')).toMatchObject({ value });
});

test.each([[[[film, `${film}?2`]]], [[{ name: 'a', value: 1, url: film }]], [[['a', film, 1]]]])(
  'a list is none of names and values: %j',
  (value) => {
    expect(readCallbackText(JSON.stringify(value), 'application/json')).toMatchObject({ value });
  },
);

const other = { task_id: 'u', status: 'failed', error: 'no' };
const otherJson = JSON.stringify(other);

test.each([
  ['application/x-ndjson', `{"task_id":"t","status":"running"}\n${otherJson}\n${json}\n`],
  ['text/event-stream', `data: {"task_id":"t","status":"running"}\n\ndata: ${otherJson}\n\ndata: ${json}\n\n`],
  [
    'multipart/mixed; boundary=B',
    `--B\r\nContent-Type: application/json\r\n\r\n${json}\r\n--B\r\nContent-Type: application/json\r\n\r\n${otherJson}\r\n--B--\r\n`,
  ],
  [form, `payload=${encodeURIComponent(json)}&payload=${encodeURIComponent(otherJson)}`],
])('the last of each task, where there are several: %s', (type, text) => {
  const read = readCallbackText(text, type);
  const value = 'value' in read ? (read.value as readonly object[]) : [];
  expect(value).toHaveLength(2);
  expect(value).toEqual(expect.arrayContaining([body, other]));
});

test.each([
  ['a sign of life', `${json}\n{"heartbeat":1}\n`, body],
  ['what it cost', `data: ${json}\n\nevent: usage\ndata: {"usage":{"seconds":5}}\n\n`, body],
  ['nothing between them', `${json}{"ping":true}`, body],
  ['a list', `{"heartbeat":1}\n[${json}]`, [body]],
  // What says something is the last word, also without the id.
  [
    'a failure',
    `{"task_id":"t","status":"running"}\n{"status":"failed","error":"no"}`,
    { status: 'failed', error: 'no' },
  ],
  ['a film', `{"task_id":"t","status":"running"}\n{"url":"${film}"}`, { url: film }],
  ['its name alone', `${json}\n{"id":"t"}`, body],
  ['nothing else', '{"heartbeat":1}\n{"heartbeat":2}', { heartbeat: 2 }],
])('the last line that tells something: %s', (_, text, value) => {
  expect(readCallbackText(text, 'text/plain')).toEqual({ value, form: 'json' });
});

test.each([
  '{"event":"done"}',
  '{"status":"ok"}',
  '{"status":"done"}',
  '{"status":"completed"}\n{"event":"end"}',
  '{"state":"closed"}',
  '{"data":{"status":"succeeded"}}',
  '{"code":200,"msg":"success"}',
  '{"code":200,"msg":"success"}\n{"event":"done"}',
  '{"task_id":"t","status":"done"}',
  '{"task_id":"t","event":"end"}\n{"event":"end"}',
  '{"task_id":"t","status":"processing"}',
])('a bare word that a stream ends with is no last word: %s', (end) => {
  for (const line of [json, JSON.stringify({ code: 200, data: body })]) {
    expect(readCallbackText(`${line}\n${end}\n`, 'text/plain')).toEqual({
      value: JSON.parse(line) as unknown,
      form: 'json',
    });
  }
  const two = readCallbackText(`${json}\n${otherJson}\n${end}`, 'text/plain');
  expect(two).toEqual({ value: [body, other], form: 'json' });
});

test.each([
  // It says failure.
  [json, '{"status":"failed"}'],
  [json, '{"event":"error"}'],
  [json, '{"error":"no"}'],
  [json, '{"status":"done","error":"no"}'],
  [json, '{"code":500,"msg":"internal error"}'],
  [json, '{"status":"cancelled"}'],
  // It has an id or a film of its own.
  [json, '{"task_id":"t","status":"failed"}'],
  [json, `{"status":"done","video_url":"${film}?2"}`],
  // Nothing is lost with the line before.
  ['{"task_id":"t","status":"running"}', '{"status":"completed"}'],
  ['{"status":"running"}', '{"status":"completed"}'],
  [`{"video_url":"${film}"}`, '{"status":"completed"}'],
])('the last word of a stream stays so: %s, %s', (line, end) => {
  expect(readCallbackText(`${line}\n${end}\n`, 'text/plain')).toEqual({
    value: JSON.parse(end) as unknown,
    form: 'json',
  });
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
  '<html><a href="https://x.test/">{"task_id":"t"}</a></html>',
  '{"task_id":"t","a":{"b":1}',
  '{}x',
  'Dear all,\nhello',
  'a man: one\nand a dog',
  '"hello"x',
])('nothing is made of %s', (text) => {
  expect(readCallbackText(text, 'text/plain')).toHaveProperty('problem');
});

test('hostile texts cost little', () => {
  for (const part of ['{', '[{', '{"', "{'", '{}', '"', "'{", '\\"']) {
    expect(atOnce(lastJsonIn(part.repeat(200_000)))).toBeNull();
  }
});

const very = 300_000;
test.each([
  ['digits that are no number', `{"a":${'1'.repeat(very)}x}`],
  ['digits in a list', `[${'1'.repeat(very)}x]`],
  ['a line of spaces', `a: 1\n${' '.repeat(very)}x`],
  ['empty lines before a bracket', `x=1${'\n'.repeat(very)} {y`],
  ['lines that end in another way', `x=1\n${'\r'.repeat(very)} {y`],
  ['quotes that are written out and never closed', `{${'\\"'.repeat(very)}`],
  ['one of them in each object', '{\\"} '.repeat(very)],
  ['hexadecimal digits that are no text', `7b${'22'.repeat(very)}f`],
  ['hexadecimal digits of no characters', `7b${'ff'.repeat(very)}`],
  ['calls in calls that nothing closes', 'a('.repeat(very)],
  ['calls that are none', `[${'a(b c),'.repeat(very)}`],
  ['calls in calls that are none', `${'a('.repeat(200)}${'b c,'.repeat(very)}${')'.repeat(200)}`],
  ['names and values in one line that goes on', `${'a=b '.repeat(very)}"`],
  ['a quote in one line that nothing closes', `a="${'b='.repeat(very)}`],
  ['comments that nothing closes', `{${'a=/*,'.repeat(very / 10)}`],
  ['elements of a property list', `<plist>${'<dict><key>a</key>'.repeat(very)}`],
  ['types in types', '{"S":'.repeat(5000) + '"a"' + '}'.repeat(5000)],
  ['fields in fields', '{"fields":'.repeat(5000) + '{"id":"t"}' + '}'.repeat(5000)],
  ['comments in a list that nothing closes', `a = [\n${`${' #'.repeat(199)}"\n`.repeat(2000)}`],
  ['pairs', `[${'["a",1],'.repeat(very)}["b",2]]`],
])('%s cost no more than their length', (_, text) => {
  expect(readCallbackText(text, null)).toBeDefined();
});

test('a list of TOML ends where its bracket does, whatever is said behind it', () => {
  const text = `task_id = "t"\nurls = [ # all of [them]\n  "${film}", # "one"\n] # no more\nstate = "done"\n`;
  const value = { task_id: 't', urls: [film], state: 'done' };
  expect(readCallbackText(text, null)).toEqual({ value, form: 'form' });
});

test('behind a quote that nothing closes JSON is found all the same', () => {
  expect(atOnce(lastJsonIn('size {5"} then {id:1}'))).toEqual({ id: 1 });
});

test('base64 is read as exactly the text that its bytes are in UTF-8', () => {
  const texts = ['é', '😀', '\u{10ffff}', '\ud7ff\ue000', '\0', '日本'.repeat(5000), `${'x'.repeat(4095)}😀`];
  for (const text of texts) expect(textOfBase64(Buffer.from(text).toString('base64'))).toBe(text);
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const told = (bytes: Uint8Array): string | null => {
    try {
      return utf8.decode(bytes);
    } catch {
      return null;
    }
  };
  for (let first = 0; first < 256; first++) {
    for (const rest of [[], [0x80], [0x9f, 0xbf], [0xa0, 0x80], [0x8f, 0xbf, 0xbf], [0x90, 0x80, 0x80], [0x41]]) {
      const bytes = Uint8Array.from([first, ...rest, 0x7a]);
      expect(textOfBase64(Buffer.from(bytes).toString('base64'))).toBe(told(bytes));
    }
  }
});

test('base64 is read as text, or not at all', () => {
  expect(textOfBase64(Buffer.from('{"ü":"…"}').toString('base64url'))).toBe('{"ü":"…"}');
  expect(['', '****', '/////w==', 'a'.repeat(300_000)].map(textOfBase64)).toEqual([null, null, null, null]);
});

test.each([
  [
    'elements',
    `<?xml version="1.0" encoding="UTF-8"?>\n<response><task_id>t</task_id><status>completed</status><video_url>${film}?a=1&amp;b=2</video_url></response>`,
    { task_id: 't', status: 'completed', video_url: `${film}?a=1&b=2` },
  ],
  [
    'attributes',
    `<job id='t' status="done"><file href="${film}"/></job>`,
    { id: 't', status: 'done', file: { href: film } },
  ],
  [
    'names of one kind as a list, in namespaces',
    `<ns:Job xmlns:ns="urn:x"><ns:Id>t</ns:Id><ns:Url>a</ns:Url><ns:Url>b</ns:Url></ns:Job>`,
    { Id: 't', Url: ['a', 'b'] },
  ],
  ['data and comments', `<r><!-- <id>no</id> --><id><![CDATA[a<b]]></id><e/></r>`, { id: 'a<b', e: '' }],
  ['text beside elements', '<r>hello<id>t</id></r>', { id: 't', text: 'hello' }],
  ['numbers of characters', '<r><id>&#116;&#x31;</id></r>', { id: 't1' }],
  ['JSON as its only text', '<string xmlns="u:x">{&quot;id&quot;:&quot;t1&quot;}</string>', { id: 't1' }],
  ['JSON as its only data', '<r><![CDATA[{"id":"t1"}]]></r>', { id: 't1' }],
  [
    'an entity of its own stays what it is',
    '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><id>&x;</id></r>',
    { id: '&x;' },
  ],
  ['closed in the wrong order', '<r><a><id>t</a></id><b>c</b></r>', { a: { id: 't' }, b: 'c' }],
])('XML: %s', (_, text, value) => {
  expect(readCallbackText(text, 'application/xml')).toEqual({ value, form: 'xml' });
});

test('an element that is called like a prototype stays a name', () => {
  const read = readCallbackText('<r><__proto__><polluted>1</polluted></__proto__><id>t</id></r>', null);
  expect(Object.keys('value' in read ? (read.value as object) : {})).toEqual(['__proto__', 'id']);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test.each([
  '<r>',
  '<r></r>',
  '<r><id>t</id><url>a',
  '<>',
  '<1></1>',
  '<svg><a href="x"/></svg>',
  '<!DOCTYPE html><p>error</p>',
  '< r><id>t</id>',
])('no XML, or nothing in it: %s', (text) => {
  expect(readCallbackText(text, 'application/xml')).toHaveProperty('problem');
});

test('hostile XML costs little', () => {
  const size = 400_000;
  const laughs = `<!DOCTYPE r [${Array.from({ length: 10 }, (_, n) => `<!ENTITY l${String(n + 1)} "&l${String(n)};&l${String(n)};">`).join('')}]><r>&l10;</r>`;
  for (const text of [
    '<!--'.repeat(size),
    '<![CDATA['.repeat(size),
    '<a '.repeat(size),
    `<a ${'b'.repeat(size)}>`,
    `<a ${' '.repeat(size)}b="${'"'.repeat(size)}>`,
    '<a>'.repeat(size),
    '<a>'.repeat(100) + '</b>'.repeat(size),
    `<a>${'&'.repeat(size)}</a>`,
    laughs,
  ]) {
    const read = readCallbackText(text, 'text/xml');
    if ('value' in read) expect(JSON.stringify(read.value).length).toBeLessThan(size * 2);
  }
});

/** How often the reader of what is nearly JSON asks for a sign. */
function looksAtSigns(read: () => void): number {
  const { hasOwn } = Object;
  let looks = 0;
  Object.hasOwn = (object, name) => {
    looks += 1;
    return hasOwn(object, name);
  };
  try {
    read();
  } finally {
    Object.hasOwn = hasOwn;
  }
  return looks;
}

test('what is nearly JSON and holds more than anybody’s is walked through once, whatever else it might be', () => {
  const tasks = (count: number) => `[${Array.from({ length: count }, (_, n) => `{'id':'t${String(n)}'}`).join()}]`;
  const once = looksAtSigns(() => expect(readCallbackText(tasks(60_000), null)).toMatchObject({ form: 'json' }));
  for (const written of [tasks(150_000), JSON.stringify(tasks(150_000)), `note: ${tasks(150_000)}`]) {
    const looks = looksAtSigns(() => expect(readCallbackText(written, null)).not.toMatchObject({ value: [{}] }));
    expect(looks).toBeLessThan(once * 3);
  }
});

test.each([
  ['more behind it', (json: string) => `${json};`],
  ['the end of a text of C', (json: string) => `${json}\0`],
  ['the end of a part', (json: string) => `${json}\r\n--part--`],
  ['itself again', (json: string) => `${json}${json}`],
  ['another line', (json: string) => `${json}\n{"progress":1}`],
  ['a call around it', (json: string) => `done(${json})`],
  ['what is nearly JSON before it', (json: string) => `frames [${`1,`.repeat(251_000)}]\n${json}`],
])('JSON that holds more than what is nearly JSON may, and has %s, is read', (_, written) => {
  const body = { task_id: 't', video_url: film, frames: new Array<number>(251_000).fill(1) };
  const told = readCallbackText(written(JSON.stringify(body)), null);
  expect(told).toMatchObject({ value: { task_id: 't', video_url: film } });
});

test('a long text that is nearly JSON is read in many steps, and says the same', () => {
  const written = `{'task_id': 't', 'status': 'failed', 'frames': [${'1,'.repeat(50_000)}], 'note': '${`it's `.repeat(50_000)}'}`;
  const work = callbackTextInTurns(written, null);
  let steps = 0;
  for (; work.next().done !== true; steps++);
  expect(steps).toBeGreaterThan(300);
  const told = readCallbackText(written, null);
  expect(told).toMatchObject({ value: { task_id: 't', status: 'failed', note: `it's `.repeat(50_000) } });
});

test.each([
  [
    'of S3',
    'https://s.example.test/a.mp4?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2F2026%2Fs3&X-Amz-Expires=60&X-Amz-Signature=ab',
  ],
  ['of CloudFront', 'https://s.example.test/a.mp4?Expires=1796000000&Signature=a~b%2Bc&Key-Pair-Id=K1'],
  ['of Azure', 'https://s.example.test/v/a.mp4?sv=2024-08-04&se=2026-12-01T00%3A00%3A00Z&sr=b&sp=r&sig=a%2Bb%3D'],
  ['of a store that signs with one name', 'https://s.example.test/a.mp4?sig=a%2Bb%3D%3D'],
  ['of a cache', 'https://s.example.test/a.mp4?v=3&token=abc&expires=1796000000'],
  [
    'of which nothing else names the film',
    'https://s.example.test/download?Expires=1796000000&Signature=a&Key-Pair-Id=K',
  ],
])('a link %s that was put into a form as it is keeps what it is signed with', (_, link) => {
  for (const written of [
    `task_id=t&video_url=${link}&status=completed`,
    `status=completed&task_id=t&video_url=${link}`,
  ]) {
    expect(readCallbackText(written, form)).toMatchObject({
      value: { task_id: 't', status: 'completed', video_url: link },
    });
  }
});

test.each([
  // Written out, as it should be, also where only what divides was.
  [
    `url=${encodeURIComponent(`${film}?a=1&Signature=x%2By`)}&Signature=z`,
    { url: `${film}?a=1&Signature=x%2By`, Signature: 'z' },
  ],
  [`url=${film}%3Fa%3D1%26b%3D2&sig=z`, { url: `${film}?a=1&b=2`, sig: 'z' }],
  [`url=${film}?a=1%26b=2&id=t`, { url: `${film}?a=1&b=2`, id: 't' }],
  [`url=${film}&signature=z&id=t`, { url: film, signature: 'z', id: 't' }],
  // One signature is the link's; one more is the form's.
  [`url=${film}?v=1&sig=ab&token=z&id=t`, { url: `${film}?v=1&sig=ab`, token: 'z', id: 't' }],
  [
    `url=${film}?Expires=1796000000&Signature=a&Key-Pair-Id=K&signature=z&id=t`,
    { url: `${film}?Expires=1796000000&Signature=a&Key-Pair-Id=K`, signature: 'z', id: 't' },
  ],
  // A link at its beginning, and a text of several lines or of such pairs at its end.
  [`url=${film}&id=t&prompt=rain\nstyle: dark`, { url: film, id: 't', prompt: 'rain\nstyle: dark' }],
  [`url=${film}?v=1&task_id=t&prompt=rain\nstyle: dark`, { task_id: 't', prompt: 'rain\nstyle: dark' }],
  [`url=${film}&task_id=t&note=rain seed=4`, { url: film, task_id: 't', note: 'rain seed=4' }],
  [`url=${film}?v=1&user=u&id=t`, { url: `${film}?v=1`, user: 'u', id: 't' }],
  [`note=is it https://x.example/?a=b&sig=1&id=t`, { note: 'is it https://x.example/?a=b', sig: '1', id: 't' }],
])('of %s each field is its own', (written, value) => {
  expect(readCallbackText(written, form)).toMatchObject({ value });
});

const signedLink = `${film}?Expires=1796000000&Signature=a~b&Key-Pair-Id=K1`;

test.each([
  ['YAML', `task_id: t\nstatus: completed\nvideo_url: ${signedLink}\n`],
  ['YAML, between quotes', `task_id: t\nstatus: completed\nvideo_url: "${signedLink}"\n`],
  ['YAML, with a name for it', `task_id: &id t\nstatus: completed\nvideo_url: ${signedLink}\nref: *id\n`],
  ['settings', `task_id=t\nstatus=completed\nvideo_url=${signedLink}\n`],
  ['settings in sections', `[task]\ntask_id=t\nstatus=completed\nvideo_url=${signedLink}\n`],
  ['TOML', `task_id = "t"\nstatus = "completed"\n[output]\nvideo_url = "${signedLink}"\n`],
  ['a table', `task_id,status,video_url\nt,completed,${signedLink}\n`],
  ['what PHP prints', `Array\n(\n    [task_id] => t\n    [status] => completed\n    [video_url] => ${signedLink}\n)\n`],
  ['a line of a log', `task_id=t status=completed video_url=${signedLink}`],
])('a link with several signs of a form in it stands in %s as elsewhere', (_, written) => {
  for (const type of [null, 'text/plain', form])
    expect(readCallbackText(written, type)).toMatchObject({
      value: { task_id: 't', status: 'completed', video_url: signedLink },
    });
});

test('a form that has a line break in a value is a form all the same', () => {
  const written = `task_id=t&note=first: 1\nsecond: 2&video_url=${film}?v=1&status=completed`;
  const value = { task_id: 't', note: 'first: 1\nsecond: 2', video_url: `${film}?v=1`, status: 'completed' };
  expect(readCallbackText(written, form)).toEqual({ value, form: 'form' });
});

const thousands = (each: (n: string) => string): string =>
  Array.from({ length: 20_000 }, (_, n) => each(String(n))).join('');
const loose = `{'task_id':'t','status':'failed','note':'${"it's ".repeat(50_000)}'}`;
const shortBodies = [
  '{TaskID:o Status:done}',
  "it ended with {'task_id':'o'}",
  'task_id: o\nstatus: done',
  '<job><id>o</id><note>&amp;</note></job>',
  'task_id=o status=done',
];
const sections = thousands((n) => `key_${n}: ${n}\n`);

test.each([
  // As often as it is walked through, 256 of them in a step.
  ['names and values in lines', `task_id: t\nstatus: failed\n${sections}`, 150],
  ['lines under a name', `task_id: t\nstatus: failed\nlog:\n${sections.replaceAll('key', '  key')}`, 220],
  ['lines of a text', `task_id: t\nstatus: failed\nlog: |\n${sections.replaceAll('key', '  key')}`, 70],
  ['names and values in a line', `task_id=t status=failed ${thousands((n) => `key_${n}=${n} `)}`, 70],
  ['names and values as Go prints them', `{TaskID:t Status:failed ${thousands((n) => `Key${n}:${n} `)}}`, 70],
  [
    'records of a database',
    `{"task_id":{"S":"t"},"status":{"S":"failed"}${thousands((n) => `,"k${n}":{"S":""}`)}}`,
    70,
  ],
  ['a list for each name', `{"task_id":["t"],"status":["failed"]${thousands((n) => `,"k${n}":["v"]`)}}`, 70],
  ['JSON in a text', `it ended with ${loose} as it seems`, 100],
  ['JSON whose signs are written out', `task_id=t&status=failed&note=${encodeURIComponent(loose)}`, 100],
  ['JSON in a part', `--b\r\ncontent-disposition: form-data; name="payload"\r\n\r\n${loose}\r\n--b--`, 100],
  ['JSON in base64', Buffer.from(loose.replace("'task_id'", '"task_id"')).toString('base64'), 100],
  [
    'JSON with its quotes hidden',
    `{\\"task_id\\":\\"t\\",\\"status\\":\\"failed\\"${thousands(() => ',\\"a\\":1')}}`,
    100,
  ],
  ['a list of TOML', `task_id = "t"\nstatus = "failed"\n[log]\nlines = [${thousands((n) => `${n},`)}]\n`, 70],
  ['attributes of one name', `<job><id>t</id><status>failed</status><note ${thousands(() => 'a="1" ')}/></job>`, 16],
  ['signs of XML', `<job><id>t</id><status>failed</status><note>${'&amp;'.repeat(50_000)}</note></job>`, 40],
])('a long body of %s is read in many steps', (_, written, least) => {
  const work = callbackTextInTurns(written, null);
  let steps = 0;
  let step = work.next();
  for (; step.done !== true; step = work.next()) {
    steps += 1;
    // Others come meanwhile.
    if (steps === 30) for (const other of shortBodies) readCallbackText(other, null);
  }
  expect(steps).toBeGreaterThanOrEqual(least);
  const said = JSON.stringify(step.value);
  expect(said).toContain('failed');
  expect(said === JSON.stringify(readCallbackText(written, null))).toBe(true);
});

test('a comment behind a word, a link or a text is none of it; in a sentence the sign stays', () => {
  const written = `task_id: t # the id\nvideo_url: ${film} # film\nstatus: "completed" #\nnote: shot #5\nprompt: a cat # a dog\nfragment: ${film}#t=5\n`;
  const read = { task_id: 't', video_url: film, status: 'completed', fragment: `${film}#t=5` };
  const sentences = { note: 'shot #5', prompt: 'a cat # a dog' };
  expect(readCallbackText(written, null)).toEqual({ value: { ...read, ...sentences }, form: 'form' });
});

test('a body of many names that is no form is not looked through for one', () => {
  const names = Array.from({ length: 5000 }, (_, n) => [`k${String(n)}`, n] as const);
  let looks = 0;
  const body = new Proxy(Object.fromEntries<unknown>(names), {
    get: (target, name) => {
      looks += 1;
      return Reflect.get(target, name) as unknown;
    },
  });
  expect(atOnce(fieldsInLists(body, ''))).toBe(body);
  expect(looks).toBeLessThan(50);
});

test.each([
  JSON.stringify({ code: 200, data: { task_id: 't', status: 'completed', video_url: film } }).slice(0, -1),
  JSON.stringify({ code: 200, data: { id: 't', note: 'a "}" and a [', videos: [{ url: film }] } }, null, 2).slice(
    0,
    -4,
  ),
  `[${json}`,
])('JSON that lacks only what closes it is read as it would be whole, and not as a sentence: %s', (text) => {
  const whole = atOnce(callbackTextInTurns(text, 'application/json'));
  expect(whole).toHaveProperty('form', 'json');
  expect(JSON.stringify(whole)).toMatch(/"(?:task_)?id":"t"/);
  // Where more is missing, nobody knows what.
  expect(readCallbackText(text.slice(0, text.indexOf('.mp4')), 'application/json')).toEqual({ problem: 'cut-off' });
});
