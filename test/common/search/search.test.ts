import { describe, expect, it } from 'vitest';
import { compileSearch, searchedOf } from '../../../src-main/common/search/match-search.ts';
import { parseSearch, withoutTerm } from '../../../src-main/common/search/parse-search.ts';
import { sampleTask, sampleVideo } from '../../renderer/support/sample-task.ts';

const harbour = sampleTask('harbour', 0, {
  prompt: 'A harbour town in the rain, slow dolly',
  model: 'runway-aleph',
  tags: ['pitch', 'Client A'],
  starred: true,
  credits: 110,
  sourceUrl: 'https://media.example.test/in.mp4',
  receivedAt: '2026-11-19T23:30:00.000Z',
  videos: [sampleVideo({ durationSeconds: 5, sizeBytes: 12_400_000 })],
});
const city = sampleTask('city', 1, {
  prompt: 'A city in the rain',
  provider: 'kie-aleph',
  key: 'kie-aleph:city',
  seen: false,
  project: 'Spring',
  rating: 4,
  receivedAt: '2026-11-20T12:00:00.000Z',
  videos: [sampleVideo({ durationSeconds: 9.5, width: 720, height: 1280 })],
});
const failed = sampleTask('failed', 2, {
  prompt: null,
  state: 'failed',
  message: 'Stopped by moderation: no "rain" allowed',
  videos: [],
  receivedAt: '2026-11-21T09:00:00.000Z',
});
const all = [harbour, city, failed];

function found(text: string, timeZone = 'Europe/Berlin'): string {
  const search = compileSearch(text, timeZone);
  return all
    .filter((task) => search === null || search(searchedOf(task)))
    .map(({ taskId }) => taskId)
    .join(' ');
}

describe('a search', () => {
  it.each([
    ['', 'harbour city failed'],
    ['rain', 'harbour city failed'],
    ['RAIN town', 'harbour'],
    ['rain -city', 'harbour failed'],
    ['"slow dolly"', 'harbour'],
    ['"dolly slow"', ''],
    ['-"slow dolly" rain', 'city failed'],
    ['model:aleph', 'harbour city'],
    ['tag:pitch', 'harbour'],
    ['tag:"client a"', 'harbour'],
    ['tag:pit', ''],
    ['-tag:pitch', 'city failed'],
    ['project:spring', 'city'],
    ['provider:"runway aleph"', 'city'],
    ['seconds:>5', 'city'],
    ['seconds:>=5', 'harbour city'],
    ['seconds:5', 'harbour'],
    ['seconds:4..6s', 'harbour'],
    ['cost:<200', 'harbour'],
    ['cost:<50', ''],
    ['mb:>12', 'harbour'],
    ['rating:>3', 'city'],
    ['is:starred', 'harbour'],
    ['is:new', 'city'],
    ['is:unseen', 'city'],
    ['is:failed', 'failed'],
    ['is:vertical', 'city'],
    ['has:source', 'harbour'],
    ['-has:prompt', 'failed'],
    ['has:project', 'city'],
    ['before:2026-11-20', ''], // half past midnight in Berlin
    ['on:2026-11-20', 'harbour city'],
    ['after:2026-11-20', 'failed'],
    ['moderation', 'failed'],
    ['kie-luma', 'harbour failed'],
  ])('%s finds "%s"', (text, ids) => {
    expect(found(text)).toBe(ids);
  });

  it('cuts days in the person’s zone', () => {
    expect(found('before:2026-11-20', 'UTC')).toBe('harbour');
    expect(found('before:2026-11-20', 'America/New_York')).toBe('harbour');
    expect(found('on:2026-11-20', 'No/Where')).toBe('city');
  });

  it.each([
    ['nothing:here', 'words'],
    ['seconds:long', 'words'],
    ['is:purple', 'words'],
    ['before:tomorrow', 'words'],
    ['tag:', 'words'],
    ['https://media.example.test', 'words'],
  ])('%s is no field and is looked for as it stands', (text, kind) => {
    const [term] = parseSearch(text);
    expect(term).toMatchObject({ source: text, condition: { kind, text } });
  });

  it('finds a prompt as it was pasted, with its orders to the model', () => {
    const prompt = 'A robot, cinematic --ar 16:9 --no text, blur -- v 6';
    const robot = searchedOf(sampleTask('robot', 0, { prompt }));
    for (const text of [prompt, '--ar', 'robot --no'])
      expect([text, compileSearch(text, 'UTC')?.(robot)]).toEqual([text, true]);
    expect(compileSearch('robot --chaos', 'UTC')?.(robot)).toBe(false);
    expect(compileSearch('-ar', 'UTC')?.(robot)).toBe(false);
  });

  it('takes half-written ones as they are while they are typed', () => {
    for (const text of ['-', '"', '""', '-"', 'tag:"', '--', '"slow dol', ' a  b ']) {
      expect(() => compileSearch(text, 'UTC')?.(searchedOf(harbour))).not.toThrow();
    }
    expect(found('"slow dol')).toBe('harbour');
  });

  it('loses one term and keeps the others as they were written', () => {
    expect(withoutTerm('rain  -city "slow dolly" tag:"client a"', 1)).toBe('rain "slow dolly" tag:"client a"');
  });
});
