/** How fast a large video comes in, beside curl, and how much memory five at once take. */
import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { run, parseJson, peakMemoryMb, removeDir } from './processes.mjs';
import { median } from './report.mjs';

/**
 * @typedef {{ bytes: number, curlMs: number | null, curlSyncMs: number | null, curlHashMs: number | null, inboxMs: number, memoryMb: number | null, atOnce: number }} DownloadResult
 */

const here = import.meta.dirname;
const sample = path.join(here, '../../src-main/node/samples/sample.mp4');
const limitMs = 120_000;

/**
 * The inbox's time runs from the post of the callback to the video's `saved`: with the checks, the hash and the sync.
 * @param {{ processes: ReturnType<typeof import('./processes.mjs').createProcesses>, workDir: string, bytes: number, memoryBytes: number, rounds: number, say: (line: string) => void }} options
 * @returns {Promise<DownloadResult>}
 */
export async function measureDownloads({ processes, workDir, bytes, memoryBytes, rounds, say }) {
  const server = await processes.start([path.join(here, 'video-server.mjs'), sample, String(bytes)]);
  /** @type {{ curl: number[], sync: number[], hash: number[], inbox: number[] }} */
  const times = { curl: [], sync: [], hash: [], inbox: [] };
  const curl = await isInstalled('curl', '--version');
  const openssl = curl && (await isInstalled('openssl', 'version'));
  if (!curl) say('curl is not installed, so there is nothing to compare the download with');
  for (let round = 0; round < rounds; round += 1) {
    say(`download, round ${round + 1} of ${rounds}`);
    const measures = [() => withCurl(round), () => withCurlAndHash(round), () => withInbox(round)];
    for (const measure of round % 2 === 0 ? measures : measures.reverse()) await measure();
  }
  await server.stop();
  const atOnce = 5;
  const memoryMb = await memoryOf(atOnce);
  return {
    bytes,
    curlMs: curl ? median(times.curl) : null,
    curlSyncMs: curl ? median(times.sync) : null,
    curlHashMs: openssl ? median(times.hash) : null,
    inboxMs: median(times.inbox),
    memoryMb,
    atOnce,
  };

  /** @param {number} round */
  async function withCurl(round) {
    if (!curl) return;
    const file = path.join(workDir, `curl-${round}.mp4`);
    const startMs = performance.now();
    await run('curl', ['-s', '-f', '-o', file, `${server.url}/${round}.mp4`]);
    times.curl.push(performance.now() - startMs);
    await syncFile(file);
    times.sync.push(performance.now() - startMs);
    await removeDir(file);
  }

  /** What a person would do by hand for what the inbox gives: the file whole on disk, and its SHA-256. @param {number} round */
  async function withCurlAndHash(round) {
    if (!openssl) return;
    const file = path.join(workDir, `curl-hash-${round}.mp4`);
    const startMs = performance.now();
    await run('curl', ['-s', '-f', '-o', file, `${server.url}/${round}.mp4`]);
    await run('openssl', ['dgst', '-sha256', file]);
    await syncFile(file);
    times.hash.push(performance.now() - startMs);
    await removeDir(file);
  }

  /** @param {number} round */
  async function withInbox(round) {
    const dataDir = path.join(workDir, `download-${round}`);
    // A small one first: what is loaded once is not part of a download's time.
    const small = await processes.start([path.join(here, 'video-server.mjs'), sample, String(4 * 1024 * 1024)]);
    const hosts = [server.url, small.url].flatMap((url) => ['--allow-host', new URL(url).host]);
    const inbox = await processes.startInbox(dataDir, '--json', ...hosts);
    await fetchAll(inbox, [`${small.url}/warm.mp4`]);
    times.inbox.push(await fetchAll(inbox, [`${server.url}/${round}.mp4`]));
    await Promise.all([inbox.stop(), small.stop()]);
    await removeDir(dataDir);
  }

  /** Each from a server of its own: few are fetched from one host at once. @param {number} count */
  async function memoryOf(count) {
    say(`download, ${count} at once`);
    const args = [path.join(here, 'video-server.mjs'), sample, String(memoryBytes)];
    const servers = await Promise.all(Array.from({ length: count }, () => processes.start(args)));
    const dataDir = path.join(workDir, 'download-memory');
    const hosts = servers.flatMap(({ url }) => ['--allow-host', new URL(url).host]);
    const inbox = await processes.startInbox(dataDir, '--json', ...hosts);
    await fetchAll(
      inbox,
      servers.map(({ url }, index) => `${url}/${index}.mp4`),
    );
    const memory = peakMemoryMb(inbox.pid);
    await Promise.all([inbox, ...servers].map((running) => running.stop()));
    await removeDir(dataDir);
    return memory;
  }
}

let taskNumber = 0;

/**
 * Posts a callback per URL and waits until all are saved.
 * @param {import('./processes.mjs').Running} inbox @param {string[]} urls
 * @returns {Promise<number>} milliseconds
 */
function fetchAll(inbox, urls) {
  const startMs = performance.now();
  const waiting = new Set(urls);
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`not saved in time: ${[...waiting].join(', ')}`)), limitMs);
    inbox.lines((line) => {
      const { task } = /** @type {{ task?: import('../../src-main/common/model.ts').Task }} */ (parseJson(line));
      for (const video of task?.videos ?? []) {
        if (video.state === 'failed' || video.state === 'expired')
          reject(new Error(video.error ?? 'a download failed'));
        if (video.state === 'saved') waiting.delete(video.url);
      }
      if (waiting.size > 0) return;
      clearTimeout(limit);
      resolve(performance.now() - startMs);
    });
    for (const url of urls) {
      taskNumber += 1;
      const data = { taskId: `download-${taskNumber}`, promptJson: '{}', resultUrls: [url] };
      const body = JSON.stringify({ code: 200, msg: 'success', data });
      fetch(inbox.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body }).then((response) => {
        if (response.status !== 200) reject(new Error(`the callback was answered ${response.status}`));
      }, reject);
    }
  });
}

/** @param {string} file */
async function syncFile(file) {
  const handle = await open(file, 'r+');
  await handle.sync();
  await handle.close();
}

/** @param {string} command @param {string} question that it answers and ends @returns {Promise<boolean>} */
function isInstalled(command, question) {
  return new Promise((resolve) => {
    const child = spawn(command, [question], { stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}
