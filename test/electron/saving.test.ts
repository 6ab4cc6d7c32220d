// What is told of a file that the page saves. `electron` is no more here than what tells and is told.
import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { followSaving } from '../../src-main/electron/saving.ts';
import type { Notice } from '../../src-main/node/notifications/notifier.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

const electron = vi.hoisted(() => ({ session: null as unknown as NodeJS.EventEmitter, boxes: [] as object[] }));
vi.mock('electron', () => ({
  session: {
    get defaultSession() {
      return electron.session;
    },
  },
  app: { isReady: () => true },
  dialog: { showMessageBox: (box: object) => Promise.resolve(electron.boxes.push(box)) },
}));

let file = '';
const shown: Notice[] = [];

function save() {
  const item = Object.assign(new EventEmitter(), {
    asked: null as object | null,
    getFilename: () => 'export.zip',
    getSavePath: () => file,
    setSaveDialogOptions: (options: object) => (item.asked = options),
    cancel: () => item.emit('done', {}, 'cancelled'),
  });
  electron.session.emit('will-download', {}, item);
  return item;
}

beforeEach(async () => {
  file = path.join(await tempDir(), 'export.zip');
  electron.session = new EventEmitter();
  electron.boxes = [];
  shown.length = 0;
  followSaving({ show: (notice) => shown.push(notice) });
});

it('where it shall go is asked for in words, and it is told that it is there', () => {
  const item = save();
  expect(item.asked).toEqual({ title: 'Save as', defaultPath: 'export.zip' });
  item.emit('updated', {}, 'progressing');
  item.emit('done', {}, 'completed');
  expect(shown).toMatchObject([{ title: 'Saved', body: 'export.zip' }]);
  expect(electron.boxes).toEqual([]);
});

it.each([
  ['a disk that is full, after which Electron would go on', 'updated'],
  ['what cannot go on', 'done'],
])('%s is told in a box, and nothing is left that looks whole', async (_what, event) => {
  await writeFile(file, 'half of a zip');
  save().emit(event, {}, 'interrupted');
  await waitUntil(() => electron.boxes.length > 0, 'the box');
  expect(existsSync(file)).toBe(false);
  expect(electron.boxes).toEqual([
    { type: 'error', message: 'The file was not saved', detail: expect.stringContaining(file) as string },
  ]);
  expect(shown).toEqual([]);
});

it('who changes their mind is told nothing', () => {
  save().emit('done', {}, 'cancelled');
  expect([...electron.boxes, ...shown]).toEqual([]);
});
