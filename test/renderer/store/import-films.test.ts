import { expect, it } from 'vitest';
import type { PageNotice } from '../../../src-renderer/store/notice-board.ts';
import { importFilms, type ImportFilmsPorts } from '../../../src-renderer/store/import-films.ts';
import { en as texts } from '../../../src-renderer/texts/en.ts';

const fileOf = (name: string): File => new File(['x'.repeat(10)], name);

function watch(ports: Pick<ImportFilmsPorts, 'bring' | 'add'>) {
  const shown: PageNotice[] = [];
  const parts: string[] = [];
  const bring = (...names: string[]) =>
    importFilms(names.map(fileOf), {
      ...ports,
      notify(notice) {
        shown.push(notice);
        notice.running?.done.subscribe(() => parts.push(notice.running?.done.get() ?? ''));
        return () => undefined;
      },
      describe: (error) => (error instanceof Error ? error.message : ''),
      showNumber: String,
      showPart: (part) => `${Math.round(part * 100)} %`,
    });
  return { shown, parts, bring, texts: () => shown.slice(1).map(({ text }) => text) };
}

const imported = { key: 'a', outcome: 'imported' } as const;

it('many that are no films are one notice, and the films among them are taken', async () => {
  const scene = watch({
    bring: ({ name }) => Promise.resolve(name),
    add: (path) => (path.endsWith('.mp4') ? Promise.resolve(imported) : Promise.reject(new Error('It is no film.'))),
  });
  await scene.bring('a.txt', 'b.txt', 'one.mp4', 'c.txt', 'd.txt');
  expect(scene.texts()).toEqual([
    `${texts.drop.refused(4, '4', 'a.txt, b.txt, c.txt, …')} It is no film.`,
    texts.drop.imported(1, '1'),
  ]);
});

it('tells how much of all is there, and stops where it is told to, keeping what is there', async () => {
  const scene = watch({
    bring: (file, tell, signal) => {
      tell(0.5);
      // The person cancels in the middle of the second one.
      if (file.name === 'two.mp4') scene.shown[0]?.running?.stop();
      return signal.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve(file.name);
    },
    add: () => Promise.resolve(imported),
  });
  await scene.bring('one.mp4', 'two.mp4', 'three.mp4', 'four.mp4');
  expect(scene.parts.slice(0, 3)).toEqual(['13 %', '25 %', '38 %']);
  expect(scene.texts()).toEqual([texts.drop.imported(1, '1')]);
});
