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
    ['con.x', task, 'con_.x'],
    ['CoM1 .tar.gz', task, 'CoM1_ .tar.gz'],
    ['lpt² . . ', task, 'lpt²_'],
    ['console', task, 'console'],
    ['a\u061cb\ufeffc\u200bd\u00ade', task, 'abcde'],
    ['Caf\u0065\u0301', task, 'Caf\u00e9'],
    ['a\ud800b', task, 'ab'],
    ['one\u0085two\u2028three\u00a0', task, 'one two three'],
    ['👩\u200d🎨 paints', task, '👩\u200d🎨 paints'],
    ['می\u200cخواهم', task, 'می\u200cخواهم'],
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

  it('is a name on every disk, whatever a person or a provider wrote (property)', () => {
    const wild = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc
        .array(
          fc.constantFrom(
            'con',
            'COM1',
            'lpt³',
            'nul',
            '.',
            ' ',
            '\u200d',
            '\u202e',
            'e',
            '\u00ad',
            '\u0301',
            '\ud800',
            'e\u0301',
            '🦩',
            '/',
            'x',
          ),
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(wild, wild, fc.integer({ min: 1, max: 3 }), (template, title, videos) => {
        const several = Array.from({ length: videos }, () => sampleVideo());
        const name = exportName(template, { ...task, title, videos: several }, videos);
        expect(name).not.toBe('');
        expect(name).not.toMatch(/[\\/:*?"<>|\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cc}|\p{Surrogate}/u);
        expect(name).not.toMatch(/^[\s.]|[\s.]$/);
        expect(name.split('.')[0]?.trim()).not.toMatch(/^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])$/i);
        expect(name.normalize('NFC')).toBe(name);
        expect(Buffer.byteLength(`${name} (12).webm.json`)).toBeLessThanOrEqual(255);
      }),
    );
  });
});
