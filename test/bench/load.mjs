// The load, in a process of its own: each connection posts the next callback as soon as the one before is answered.
// Argument: a LoadPlan as JSON. Prints a LoadResult as JSON.
import { connect } from 'node:net';
import { parseJson } from './processes.mjs';
import { callbackRequests, isWhole } from './requests.mjs';

/**
 * @typedef {{ url: string, videoHost: string, connections: number, warmUpMs: number, runMs: number, firstIndex: number }} LoadPlan
 * @typedef {{ answers: number, perSecond: number, p50Ms: number, p99Ms: number, slowestMs: number, refused: number, reconnects: number, nextIndex: number }} LoadResult
 */

const plan = /** @type {LoadPlan} */ (parseJson(process.argv[2] ?? '{}'));
const target = new URL(plan.url);
const requestOf = callbackRequests(target, plan.videoHost);
let nextIndex = plan.firstIndex;
let refused = 0;
let reconnects = 0;
/** @type {number[]} */
const latenciesMs = [];

const startMs = performance.now();
const measureFromMs = startMs + plan.warmUpMs;
const endMs = measureFromMs + plan.runMs;

await Promise.all(Array.from({ length: plan.connections }, () => keepPosting()));

latenciesMs.sort((a, b) => a - b);
/** @type {LoadResult} */
const result = {
  answers: latenciesMs.length,
  perSecond: latenciesMs.length / (plan.runMs / 1000),
  p50Ms: percentile(0.5),
  p99Ms: percentile(0.99),
  slowestMs: latenciesMs.at(-1) ?? NaN,
  refused,
  reconnects,
  nextIndex,
};
console.log(JSON.stringify(result));

/** @param {number} share */
function percentile(share) {
  return latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * share))] ?? NaN;
}

/** One connection after the other until the time is up. */
async function keepPosting() {
  for (let first = true; performance.now() < endMs; first = false) {
    if (!first) reconnects += 1;
    await postOnOneConnection();
  }
}

/** @returns {Promise<void>} resolves when the connection is closed, by either side */
function postOnOneConnection() {
  return new Promise((resolve) => {
    let sentAtMs = 0;
    let text = '';
    const socket = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    const send = () => {
      const bytes = requestOf(nextIndex);
      nextIndex += 1;
      sentAtMs = performance.now();
      socket.write(bytes);
    };
    socket.setEncoding('latin1');
    socket.once('connect', send);
    socket.on('data', (/** @type {string} */ chunk) => {
      text += chunk;
      if (!isWhole(text)) return;
      const nowMs = performance.now();
      // An answer counts where its request began after the warm-up.
      if (!text.startsWith('HTTP/1.1 200')) refused += 1;
      else if (sentAtMs >= measureFromMs && nowMs <= endMs) latenciesMs.push(nowMs - sentAtMs);
      const closes = /^connection: close/im.test(text);
      text = '';
      if (nowMs >= endMs || closes) socket.end();
      else send();
    });
    socket.on('error', () => undefined); // `close` follows, and the next connection is tried
    socket.once('close', () => resolve());
  });
}
