import { fc } from '../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { exportName, usualExportName } from '../../src-main/common/export-names.ts';
import { sampleTask, sampleVideo } from '../renderer/support/sample-task.ts';

const randomId = '5d2f6d3e-2222-4333-8444-555566667777';
const task = sampleTask('5d2f', 0, { prompt: 'A heron at dawn, slow dolly' });

describe('a name for an exported file', () => {
  it.each([
    [usualExportName, task, '2026-11-21 A heron at dawn, slow dolly (Luma Modify 5d2f)'],
    [usualExportName, { ...task, title: 'Heron: "one"/two' }, '2026-11-21 Heron- -one--two (Luma Modify 5d2f)'],
    [usualExportName, { ...task, prompt: null }, '2026-11-21 (Luma Modify 5d2f)'],
    ['{project}/{n} {nothing}', { ...task, project: 'Spring' }, 'Spring-1 {nothing}'],
    ['..', task, 'video'],
    ['nul', task, 'nul_'],
  ])('%s', (template, of, name) => {
    expect(exportName(template, of, 1)).toBe(name);
  });

  it('tells several videos of one task apart', () => {
    const two = { ...task, videos: [sampleVideo(), sampleVideo()] };
    expect(exportName('{id}', two, 2)).toBe('5d2f 2');
    expect(exportName('{n} of {id}', two, 2)).toBe('2 of 5d2f');
  });

  it.each([
    ['titles', { ...task, title: '黎'.repeat(150) }],
    ['prompts', { ...task, taskId: randomId, prompt: '黎明时分一只苍鹭站在湖边'.repeat(9) }],
    ['signs of two halves', { ...task, title: '🦩'.repeat(150) }],
  ])('leaves room for its endings in what a disk takes for a name: %s', (_, long) => {
    const name = exportName(usualExportName, { ...long, videos: [sampleVideo(), sampleVideo()] }, 2);
    expect(Buffer.byteLength(`${name} (12).webm.json`)).toBeLessThanOrEqual(255);
    expect(name).not.toMatch(/\p{Surrogate}/u);
  });

  it('never leaves its folder (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (template, title) => {
        const name = exportName(template, { ...task, title }, 1);
        expect(name).toMatch(/^[^/\\:*?"<>|]+$/);
        expect(['', '.', '..']).not.toContain(name);
      }),
    );
  });
});
