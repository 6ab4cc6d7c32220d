/** Made-up tasks: the callback that a load sends, and the journal of a library that holds many of them. */
import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';

const subjects = [
  'a heron',
  'two cyclists',
  'an old tram',
  'the harbour',
  'a paper boat',
  'snow on pines',
  'a lamplighter',
];
const moods = ['at dawn', 'in heavy rain', 'under neon signs', 'as a woodcut', 'in slow motion', 'seen from above'];
const msPerTask = 60_000;
const segmentBytes = 64 * 1024 * 1024;

/** Fixed width, so that a load can write the next number into a finished request. @param {number} index */
export function taskIdOf(index) {
  return `bench-${String(index).padStart(12, '0')}`;
}

/** @param {number} index */
export function promptOf(index) {
  const subject = subjects[index % subjects.length] ?? '';
  const mood = moods[index % moods.length] ?? '';
  return `${subject} ${mood}, take ${index}, 35 mm, natural light, the camera follows slowly and comes to rest`;
}

/**
 * The success callback of Luma Modify, as in the provider's documentation.
 * @param {number} index @param {string} videoHost
 */
export function syntheticCallback(index, videoHost) {
  const taskId = taskIdOf(index);
  const promptJson = JSON.stringify({
    prompt: promptOf(index),
    videoUrl: `https://media.example.test/in/${taskId}.mp4`,
    callBackUrl: 'https://inbox.example.test/callback',
    waterMark: '',
  });
  const resultUrls = [`http://${videoHost}/${taskId}.mp4`];
  return { code: 200, msg: 'Modify video generated successfully.', data: { taskId, promptJson, resultUrls } };
}

/** What a lowdb file of such callbacks holds. @param {number} index */
export function syntheticTask(index) {
  return syntheticCallback(index, 'media.example.test');
}

/**
 * Writes the journal of a library of `count` tasks with a saved video each, two events per task, in the journal's
 * format; the program makes its index from it. The video files themselves are not there: nothing measured reads them.
 * @param {string} dataDir @param {number} count @param {number} posters so many of the newest have one; the caller writes the files
 * @returns {Promise<string[]>} the names of the posters
 */
export async function writeLibrary(dataDir, count, posters = 0) {
  const journalDir = path.join(dataDir, 'journal');
  mkdirSync(journalDir, { recursive: true, mode: 0o700 });
  const startMs = Date.UTC(2026, 10, 20) - count * msPerTask;
  /** @type {string[]} */
  const named = [];
  let seq = 0;
  let segment = 1;
  let bytes = 0;
  let out = createWriteStream(path.join(journalDir, segmentName(segment)), { mode: 0o600 });
  for (let index = 0; index < count; index += 1) {
    const at = new Date(startMs + index * msPerTask).toISOString();
    const events = eventsOf(index, at);
    if (index >= count - posters) {
      const poster = `posters/kie-luma_${taskIdOf(index)}.jpg`;
      named.push(poster);
      events.push({ type: 'poster-saved', key: `kie-luma:${taskIdOf(index)}`, path: poster });
    }
    const lines = events
      .map((event) => {
        seq += 1;
        return `${JSON.stringify({ v: 1, seq, at, ...event })}\n`;
      })
      .join('');
    if (!out.write(lines)) await once(out, 'drain');
    bytes += lines.length;
    if (bytes < segmentBytes) continue;
    out.end();
    await once(out, 'close');
    segment += 1;
    bytes = 0;
    out = createWriteStream(path.join(journalDir, segmentName(segment)), { mode: 0o600 });
  }
  out.end();
  await once(out, 'close');
  return named;
}

/** @param {number} segment */
function segmentName(segment) {
  return `${String(segment).padStart(6, '0')}.ndjson`;
}

/**
 * @param {number} index @param {string} at
 * @returns {import('../../src-main/common/version-1.ts').Version1Event[]}
 */
function eventsOf(index, at) {
  const callback = syntheticTask(index);
  const body = JSON.stringify(callback);
  const url = callback.data.resultUrls[0] ?? '';
  const taskId = callback.data.taskId;
  const key = `kie-luma:${taskId}`;
  const month = at.slice(0, 7);
  return [
    {
      type: 'delivery',
      key,
      provider: 'kie-luma',
      taskId,
      result: {
        state: 'succeeded',
        stateWord: null,
        message: callback.msg,
        prompt: promptOf(index),
        sourceUrl: `https://media.example.test/in/${taskId}.mp4`,
        thumbnailUrl: null,
        videoUrls: [url],
        needsApiKey: false,
        model: null,
        credits: null,
        expiresAfterSeconds: null,
      },
      trust: 'unsigned',
      urlId: null,
      tags: [],
      headers: { 'content-type': 'application/json' },
      body,
      bodyEncoding: 'utf8',
      bodySha256: createHash('sha256').update(body).digest('hex'),
      replayKey: null,
      remote: null,
    },
    {
      type: 'video-saved',
      key,
      url,
      file: {
        path: `videos/${month}/kie-luma_${taskId}_1.mp4`,
        sizeBytes: 9_000_000 + index,
        sha256: createHash('sha256').update(taskId).digest('hex'),
        container: 'mp4',
        durationSeconds: 5,
        width: 1280,
        height: 720,
        videoCodec: 'avc',
        audioCodec: null,
        frameRate: 24,
      },
    },
  ];
}
