/**
 * The limit of what can be answered durably: the inbox's own event log, fed without HTTP, reader or library. So many
 * appends at a time as a load has connections. Argument: a CommitPlan as JSON. Prints what `load.mjs` prints.
 */
import { openNdjsonLog } from '../../src-main/node/event-log/ndjson-log.ts';
import { silentLog } from '../../src-main/node/log/log.ts';
import type { CommitPlan } from './answers.mjs';
import { syntheticCallback, taskIdOf } from './synthetic.mjs';

const plan = JSON.parse(process.argv[2] ?? '{}') as CommitPlan;
const log = await openNdjsonLog({ dir: plan.dir, log: silentLog, now: () => new Date() });
let next = 1;
const latenciesMs: number[] = [];
const measureFromMs = performance.now() + plan.warmUpMs;
const endMs = measureFromMs + plan.runMs;

async function keepAppending(): Promise<void> {
  while (performance.now() < endMs) {
    const index = next;
    next += 1;
    const sentAtMs = performance.now();
    await log.append([eventOf(index)], { priority: 'callback' });
    const nowMs = performance.now();
    if (sentAtMs >= measureFromMs && nowMs <= endMs) latenciesMs.push(nowMs - sentAtMs);
  }
}

function eventOf(index: number): Parameters<typeof log.append>[0][number] {
  const callback = syntheticCallback(index, 'media.example.test');
  return {
    type: 'result',
    source: 'callback',
    read: {
      provider: 'kie-luma',
      certain: true,
      family: 'kie',
      taskId: taskIdOf(index),
      result: {
        state: 'succeeded',
        stateWord: null,
        message: callback.msg,
        prompt: callback.data.promptJson,
        sourceUrl: null,
        thumbnailUrl: null,
        videoUrls: callback.data.resultUrls,
        needsApiKey: false,
        model: null,
        credits: null,
        expiresAfterSeconds: null,
      },
    },
    trust: 'unsigned',
    evidence: {
      urlId: 'bench',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(callback),
      bodyEncoding: 'utf8',
      bodySha256: 'ab'.repeat(32),
      replayKey: null,
      remote: '127.0.0.1',
    },
    tags: [],
  };
}

await Promise.all(Array.from({ length: plan.connections }, keepAppending));
await log.close();
latenciesMs.sort((a, b) => a - b);
const percentile = (share: number): number =>
  latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * share))] ?? NaN;
console.log(
  JSON.stringify({
    perSecond: latenciesMs.length / (plan.runMs / 1000),
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
    refused: 0,
  }),
);
