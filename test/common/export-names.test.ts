import { fc } from '../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { exportName, usualExportName } from '../../src-main/common/export-names.ts';
import { sampleTask, sampleVideo } from '../renderer/support/sample-task.ts';

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
