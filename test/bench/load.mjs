// The load, in a process of its own: each connection posts the next callback as soon as the one before is answered.
// It writes finished bytes to plain sockets, so that on a small machine the receiver, not the load, is what is measured.
// Argument: a LoadPlan as JSON. Prints a LoadResult as JSON.
import { connect } from 'node:net';
import { parseJson } from './processes.mjs';
import { syntheticCallback, taskIdOf } from './synthetic.mjs';

/**
 * @typedef {{ url: string, videoHost: string, connections: number, warmUpMs: number, runMs: number, firstIndex: number }} LoadPlan
 * @typedef {{ answers: number, perSecond: number, p50Ms: number, p99Ms: number, slowestMs: number, refused: number, reconnects: number, nextIndex: number }} LoadResult
 */

const plan = /** @type {LoadPlan} */ (parseJson(process.argv[2] ?? '{}'));
const target = new URL(plan.url);
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
  const template = requestTemplate();
  return new Promise((resolve) => {
    let sentAtMs = 0;
    let text = '';
    const socket = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
    const send = () => {
      template.bytes.write(taskIdOf(nextIndex), template.idAt, 'latin1');
      nextIndex += 1;
      sentAtMs = performance.now();
      socket.write(Buffer.from(template.bytes));
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

/** @param {string} text */
function isWhole(text) {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
  return text.length >= headEnd + 4 + Number(length ?? 0);
}

function requestTemplate() {
  const body = JSON.stringify(syntheticCallback(0, plan.videoHost));
  const head = [
    `POST ${target.pathname} HTTP/1.1`,
    `Host: ${target.host}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  const bytes = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
  return { bytes, idAt: bytes.indexOf(taskIdOf(0)) };
}
