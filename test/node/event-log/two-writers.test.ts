/** Two processes that write to one log although the lock should have kept them apart. */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readNdjsonLog } from '../../../src-main/node/event-log/ndjson-reader.ts';
import { bundled } from '../../support/bundled.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';

interface Outcome {
  readonly answered: readonly string[];
  readonly refusal: string | null;
  readonly code: string | null;
}

let programDir = '';
let program = '';

beforeAll(async () => {
  programDir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-log-'));
  program = await bundled(path.join(import.meta.dirname, '../../support/log-process.ts'), programDir);
});
afterAll(() => rm(programDir, { recursive: true, force: true }));

interface Writer {
  hasBegun(): boolean;
  stop(): void;
  readonly outcome: Promise<Outcome>;
}

function start(dir: string, name: string): Writer {
  const child: ChildProcess = fork(program, [dir, name], { stdio: 'inherit' });
  let begun = false;
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('message', (message: { begun: true } | Outcome) => {
      if ('begun' in message) begun = true;
      else resolve(message);
    });
    child.on('exit', (code) => reject(new Error(`ended without an outcome: ${String(code)}`)));
  });
  return { hasBegun: () => begun, stop: () => child.send('stop'), outcome };
}

it('loses nothing that either of two processes answered for; the first is fenced off and says so', async () => {
  for (let round = 0; round < 5; round += 1) {
    const dir = path.join(await tempDir(), 'journal');
    const first = start(dir, 'first');
    await waitUntil(() => first.hasBegun(), 'the first to be answered', 10_000);
    const second = start(dir, 'second');
    const { answered: ofFirst, refusal, code } = await first.outcome;
    expect(refusal).toMatch(/another video inbox/i);
    expect(code).toBe('other-writer');
    await waitUntil(() => second.hasBegun(), 'the second to be answered', 10_000);
    second.stop();
    const { answered: ofSecond, refusal: refusalOfSecond } = await second.outcome;
    expect(refusalOfSecond).toBeNull();

    const stored = new Map<number, string>();
    let doubled = 0;
    const report = await readNdjsonLog(dir, null, ({ seq, ...event }) => {
      if (stored.has(seq)) doubled += 1;
      else stored.set(seq, event.type === 'result' ? event.read.taskId : '');
    });
    expect(report.damaged).toEqual([]);
    // A number that both gave out may be there twice where the first never answered for it, but then in this order.
    expect(doubled).toBeLessThanOrEqual(2);
    const kept = new Set(stored.values());
    expect([...ofFirst, ...ofSecond].filter((id) => !kept.has(id))).toEqual([]);
    expect(ofFirst.length).toBeGreaterThan(0);
    expect(ofSecond.length).toBeGreaterThan(0);
  }
}, 120_000);
