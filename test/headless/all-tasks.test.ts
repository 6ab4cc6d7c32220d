/** Where the tasks of a folder are read on which no inbox runs. */
import { expect, test } from 'vitest';
import { readAllTasks } from '../../src-main/headless/all-tasks.ts';
import { prepareDataDir } from '../../src-main/node/data-dir.ts';
import { tempDir } from '../support/temp-dir.ts';

test('an address of a database that is only blanks is none, as it is for the inbox itself', async () => {
  const dir = await prepareDataDir(await tempDir());
  expect(await readAllTasks(dir, { VIDEO_INBOX_DATABASE_URL: ' ' })).toEqual({ tasks: [], machines: [] });
});
