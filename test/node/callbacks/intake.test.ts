import { describe, expect, it } from 'vitest';
import { InboxError } from '../../../src-main/common/errors.ts';
import { asTold } from '../../../src-main/common/texts/sentence.ts';
import { aleph, journalText, now, secret, setUpIntake, signed, token } from '../../support/intake-rig.ts';

describe('intake', () => {
  it('stores, then answers; a repeat counts', async () => {
    const { post, library } = await setUpIntake();
    expect(await post(aleph('t1'))).toMatchObject({ status: 200, body: { code: 200, msg: 'success' } });
    expect(await post(aleph('t1'))).toMatchObject({ status: 200 });
    expect(library.get('kie-aleph:t1')).toMatchObject({
      ...{ deliveries: 2, tags: ['pitch-03'], project: 'pitch-03', trust: 'unsigned' },
    });
  });

  it.each([
    ['half JSON', '{"taskId":', 'ends in the middle'],
    ['not JSON', 'hello', 'neither JSON'],
    ['nothing', '', 'empty'],
    ['a list', '[1]', 'JSON object'],
    ['text', '"hello"', 'JSON object'],
    ['no task id', '{"code":200,"msg":"success"}', 'names no task'],
  ])('answers 400 and keeps %s as rejected', async (_name, body, sentence) => {
    const { post, library, dir } = await setUpIntake();
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(sentence);
    await library.close();
    const [event] = (await journalText(dir)).trim().split('\n');
    expect(JSON.parse(event ?? '')).toMatchObject({ type: 'request-refused', status: 400, bodyBytes: body.length });
  });

  it('takes a body that names no task for that of the address', async () => {
    const { post, library } = await setUpIntake();
    const nameless = { status: 'failed', error: 'no luck' };
    for (const query of ['task_id=t1', 'jobId=t2&user=7', 'id=t3', 'task=t4']) await post(nameless, {}, query);
    expect([...library.newestFirst()].map(({ taskId, state }) => [taskId, state])).toEqual(
      ['t4', 't3', 't2', 't1'].map((id) => [id, 'failed']),
    );
    // What may be the same for many is no task, and what the body names counts for more.
    for (const query of ['user_id=7', 'token=abc', 'source=kie', '']) await post({ ...nameless, query }, {}, query);
    await post({ ...nameless, task_id: 't5' }, {}, 'task_id=t1');
    const ids = [...library.newestFirst()].map(({ taskId }) => taskId);
    expect(ids[0]).toBe('t5');
    expect(ids.slice(1, 5).every((id) => id.startsWith('body-'))).toBe(true);
  });

  it.each([
    ['not there', ''],
    ['an empty object', '{}'],
    ['nothing of a task', '{"note":"x"}'],
    ['a word', 'ok'],
  ])('takes the result that the address tells where the body is %s', async (_name, body) => {
    const { post, library } = await setUpIntake();
    const film = 'https://media.example.test/a.mp4';
    const query = `task_id=t1&status=completed&video_url=${encodeURIComponent(film)}`;
    expect(await post(body, {}, query)).toMatchObject({ status: 200 });
    expect([...library.newestFirst()].map(({ taskId, state }) => [taskId, state])).toEqual([['t1', 'succeeded']]);
    expect(library.get('unknown:t1')?.videos.map(({ url }) => url)).toEqual([film]);
    // Neither a name alone nor what is refused for another reason becomes a task.
    expect(await post(body, {}, 'task_id=t2')).toMatchObject({ status: 400 });
  });

  it('keeps only so many rejected bodies', async () => {
    const { post, library, dir } = await setUpIntake();
    for (let n = 0; n < 260; n += 1) await post('nonsense');
    await library.close();
    expect((await journalText(dir)).trim().split('\n')).toHaveLength(200);
  });

  it('answers a challenge without storing anything', async () => {
    const { post, library, dir } = await setUpIntake();
    expect(await post({ challenge: 'abc' })).toMatchObject({ status: 200, body: { challenge: 'abc' } });
    await library.close();
    expect(await journalText(dir)).toBe('');
  });

  it('keeps the raw body, without the token that providers echo', async () => {
    const { post, library, dir } = await setUpIntake();
    const promptJson = JSON.stringify({ prompt: 'x', callBackUrl: `https://inbox.example.test/c/${token}` });
    await post(
      { code: 200, msg: 'ok', data: { taskId: 't1', promptJson, resultUrls: [] } },
      { authorization: `Bearer ${secret}` },
    );
    await library.close();
    const text = await journalText(dir);
    expect(text).toContain('promptJson');
    expect(text).not.toContain(token);
    expect(text).not.toContain(secret);
  });

  it('takes our own callback URL for no film, under whatever name it comes back', async () => {
    const { post, library, dir } = await setUpIntake();
    const url = `https://inbox.example.test/c/${token}`;
    expect((await post({ not: 'a task', url })).status).toBe(400);
    expect((await post({ task_id: 't9', status: 'completed', url, image: url })).status).toBe(200);
    expect(library.findByTaskId('t9')).toMatchObject([{ videos: [], thumbnailUrl: null }]);
    await library.close();
    expect(await journalText(dir)).not.toContain(token);
  });

  it.each(['c/0f8fad5bd9cb469fa16570867728950e/output.mp4', 'c/0f8fad5b-d9cb-469f-a165-70867728950e?sig=1'])(
    'takes a film of a store that has a folder of that name for a film: %s',
    async (place) => {
      const { post, library, dir } = await setUpIntake();
      const url = `https://cdn.example.test/${place}`;
      expect((await post({ task_id: 't9', status: 'completed', video_url: url })).status).toBe(200);
      expect(library.findByTaskId('t9')).toMatchObject([{ videos: [{ url }] }]);
      await library.close();
      expect(JSON.parse(await journalText(dir))).toHaveProperty('evidence.body', expect.stringContaining(url));
    },
  );

  it('takes out a secret from the moment it is known', async () => {
    let secrets = [token];
    const { post, library, dir } = await setUpIntake({ secrets: () => secrets });
    await post(aleph('before-key'), { 'x-note': 'new-secret-key' });
    secrets = [...secrets, 'new-secret-key'];
    await post(aleph('after-key'), { 'x-note': 'new-secret-key' });
    await library.close();
    const [before, after] = (await journalText(dir)).trim().split('\n');
    expect(before).toContain('"x-note":"new-secret-key"');
    expect(after).toContain('"x-note":"[redacted]"');
  });

  it('keeps text as text, also where a program before us put the sign for a broken letter in', async () => {
    const { post, library, dir } = await setUpIntake();
    const body = JSON.stringify({ taskId: 't1', msg: 'caf\uFFFD ä 视频' });
    await post(body);
    await library.close();
    expect(JSON.parse(await journalText(dir))).toMatchObject({ evidence: { body, bodyEncoding: 'utf8' } });
  });

  it('keeps bytes that are not UTF-8 as they are', async () => {
    const { post, library, dir } = await setUpIntake();
    const body = Buffer.concat([Buffer.from('{"taskId":"t1","msg":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect((await post(body)).status).toBe(200);
    await library.close();
    const { evidence: event } = JSON.parse((await journalText(dir)).trim()) as {
      evidence: { body: string; bodyEncoding: string };
    };
    expect(event.bodyEncoding).toBe('base64');
    expect(Buffer.from(event.body, 'base64')).toEqual(body);
  });

  it('joins bodies of one family that do not say which provider they are of', async () => {
    const { post, library } = await setUpIntake();
    await post({
      code: 200,
      msg: 'ok',
      data: {
        taskId: 't1',
        promptJson: '{"videoUrl":"https://media.example.test/in.mp4","waterMark":""}',
        resultUrls: ['https://media.example.test/l.mp4'],
      },
    });
    await post({ code: 500, msg: 'failed', data: { taskId: 't1' } });
    expect(library.findByTaskId('t1')).toHaveLength(1);
    expect(library.findByTaskId('t1')[0]).toMatchObject({ state: 'succeeded', deliveries: 2 });
  });

  it('makes one task of two first deliveries that race', async () => {
    const { post, library } = await setUpIntake();
    await Promise.all([
      post({ code: 400, msg: 'failed', data: null, taskId: 't1' }),
      post({
        code: 200,
        msg: 'ok',
        data: { task_id: 't1', video_id: 'v', video_url: 'https://media.example.test/r.mp4' },
      }),
    ]);
    expect(library.findByTaskId('t1')).toHaveLength(1);
  });

  it('takes a body that does not tell whose it is for that of the URL’s provider', async () => {
    const body = { id: 't1', status: 'succeeded', url: 'https://media.example.test/a.mp4' };
    const plain = await setUpIntake();
    expect((await plain.post(body)).note.provider).toBe('unknown');
    const hinted = await setUpIntake({ provider: 'vidu' });
    expect((await hinted.post(body)).note.provider).toBe('vidu');
    expect(hinted.library.get('vidu:t1')).toMatchObject({ state: 'succeeded' });
  });

  it('looks after the task whose id was signed, where the body holds another id as well', async () => {
    const { post, library } = await setUpIntake();
    await post(aleph('t1'));
    const data = { taskId: 't1', result_video_url: 'https://media.example.test/b.mp4' };
    const { status, note } = await post({ code: 200, msg: 'success', data, taskId: 't2' }, signed('t2'));
    expect([status, note.taskId, note.key]).toEqual([200, 't2', 'kie-aleph:t2']);
    expect(library.get('kie-aleph:t2')).toMatchObject({ trust: 'signed', deliveries: 1 });
    expect(library.get('kie-aleph:t1')).toMatchObject({ deliveries: 1 });
  });

  it('tells of a callback that names another film than a signed one before', async () => {
    const { post } = await setUpIntake();
    expect((await post(aleph('t1'), signed('t1'))).note.odd).toBeNull();
    expect((await post(aleph('t1', 'https://evil.example.test/x.mp4'))).note.odd).toBe('conflict');
    expect((await post({ code: 200, msg: 'success', data: {}, taskId: 't2' })).status).toBe(200);
  });

  describe('where signatures are demanded', () => {
    it('takes a right one, and refuses one that is missing, wrong or stale', async () => {
      const { post, library } = await setUpIntake({ require: 'all' });
      expect((await post(aleph('t1'), signed('t1'))).status).toBe(200);
      expect(library.get('kie-aleph:t1')?.trust).toBe('signed');
      expect((await post(aleph('t2'))).status).toBe(401);
      expect((await post(aleph('t2'), signed('t3'))).status).toBe(401);
      expect((await post(aleph('t2'), signed('t2', new Date(now.getTime() - 400_000)))).status).toBe(401);
      expect(library.findByTaskId('t2')).toEqual([]);
    });

    it('takes the same signed body again as a repeat, and refuses another body under its signature', async () => {
      const { post, library } = await setUpIntake({ require: 'kie-aleph' });
      expect((await post(aleph('t1'), signed('t1'))).status).toBe(200);
      expect((await post(aleph('t1'), signed('t1'))).status).toBe(200);
      expect((await post(aleph('t1', 'https://evil.example.test/x.mp4'), signed('t1'))).status).toBe(401);
      expect(library.get('kie-aleph:t1')).toMatchObject({ deliveries: 2 });
      expect(library.get('kie-aleph:t1')?.videos).toHaveLength(1);
    });

    it('refuses the second of two bodies that arrive at once under one signature', async () => {
      const { post, library } = await setUpIntake({ require: 'all' });
      const answers = await Promise.all([
        post(aleph('t1'), signed('t1')),
        post(aleph('t1', 'https://evil.example.test/x.mp4'), signed('t1')),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
      expect(library.get('kie-aleph:t1')?.videos).toHaveLength(1);
    });

    it('is not got round by a body of no provider that names a task of one', async () => {
      const { post, library } = await setUpIntake({ require: 'kie-aleph' });
      await post(aleph('t1'), signed('t1'));
      await post({ id: 't1', status: 'done', url: 'https://evil.example.test/x.mp4' });
      expect(library.get('kie-aleph:t1')?.videos).toHaveLength(1);
    });
  });

  it('answers 503 where the disk refuses, and 429 where too much waits', async () => {
    const full = await setUpIntake({
      record: () => Promise.reject(new InboxError('storage-failed', asTold('The disk is full.'))),
    });
    expect(await full.post(aleph('t1'))).toMatchObject({ status: 503, retryAfterSeconds: 30 });
    const busy = await setUpIntake({ record: () => Promise.reject(new InboxError('too-many', asTold('Too many.'))) });
    expect(await busy.post(aleph('t1'))).toMatchObject({ status: 429, retryAfterSeconds: 2 });
  });
});
