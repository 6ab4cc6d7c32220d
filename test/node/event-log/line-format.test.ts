import * as zlib from 'node:zlib';
import { fc } from '../../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../src-main/common/events.ts';
import { crc32, crc32ByTable } from '../../../src-main/node/event-log/crc32.ts';
import { createLines, decodeLine } from '../../../src-main/node/event-log/line-format.ts';
import { delivery, saved } from '../../support/deliveries.ts';

function lineOf(draft: EventDraft, left: number): Buffer {
  const lines = createLines();
  lines.add(JSON.stringify({ ...draft, ...stamp }), left);
  return lines.bytes();
}

const stamp = { v: 2, seq: 7, at: '2026-11-21T12:00:00.000Z' };

describe('a line of the log', () => {
  it('sums as zlib does, with and without the help of Node (property)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(crc32ByTable(bytes)).toBe(zlib.crc32(bytes));
        expect(crc32(bytes)).toBe(zlib.crc32(bytes));
      }),
    );
  });

  it('is JSON of its own, and gives back what was written (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(9), (prompt, left) => {
        const draft = delivery('a', { prompt: Buffer.from(prompt).toString() });
        const bytes = lineOf(draft, left);
        expect(bytes.indexOf(0x0a)).toBe(bytes.length - 1);
        expect(JSON.parse(bytes.toString())).toMatchObject({ ...stamp, type: 'result' });
        expect(decodeLine(bytes.subarray(0, -1))).toEqual({ kind: 'event', event: { ...stamp, ...draft }, left });
      }),
    );
  });

  it('is the same whatever stands before it and whatever stood there before, also beyond the room that there is', () => {
    const lines = createLines();
    const prompts = ['short', 'wide 漢字 '.repeat(40_000), 'long '.repeat(400_000), 'short again'];
    for (let times = 0; times < 2; times += 1) {
      lines.clear();
      const sizes = prompts.map((prompt, left) =>
        lines.add(JSON.stringify({ ...delivery('a', { prompt }), ...stamp }), left),
      );
      let from = 0;
      for (const [left, prompt] of prompts.entries()) {
        const line = lines.bytes().subarray(from, from + (sizes[left] ?? 0));
        expect(line.equals(lineOf(delivery('a', { prompt }), left))).toBe(true);
        from += line.length;
      }
      expect(from).toBe(lines.bytes().length);
    }
  });

  it('is damaged where any bit of it has changed, and is never taken for another event', () => {
    const whole = lineOf(saved('a', 'https://media.example.test/a.mp4'), 0).subarray(0, -1);
    const original = decodeLine(whole);
    let damaged = 0;
    for (let bit = 0; bit < whole.length * 8; bit += 1) {
      const changed = Buffer.from(whole);
      changed[bit >>> 3] = (changed[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      const line = decodeLine(changed);
      if (line.kind === 'damaged') damaged += 1;
      else expect(line).toEqual(original); // the name of the sum was hit, and nothing else
    }
    expect(damaged).toBeGreaterThan(whole.length * 8 - 60);
  });

  it('is valid without a sum, as lines of version 1 were, and kept where a later version wrote it', () => {
    const line = (value: object): ReturnType<typeof decodeLine> => decodeLine(Buffer.from(JSON.stringify(value)));
    const old = { ...stamp, v: 1, type: 'trashed', key: 'kie-luma:a' };
    expect(line(old)).toMatchObject({ kind: 'event', left: 0 });
    expect(line({ ...stamp, ...delivery('a') })).toEqual({ kind: 'damaged', why: 'its checksum is gone' });
    expect(line({ ...stamp, v: 3, type: 'result' })).toMatchObject({ kind: 'unknown', v: 3, type: 'result' });
    expect(line({ ...stamp, type: 'dreamt', left: 2 })).toMatchObject({ kind: 'unknown', type: 'dreamt', left: 2 });
    expect(line({ ...stamp, ...delivery('a'), crc: 'no sum' })).toMatchObject({ kind: 'damaged' });
    expect(line({ ...stamp, ...delivery('a'), left: -1 })).toMatchObject({ kind: 'damaged' });
    expect(line({ ...stamp, type: 'gap', from: 3 })).toEqual({ kind: 'gap', from: 3, seq: 7 });
    expect(line([])).toMatchObject({ kind: 'damaged' });
  });
});
