import type { ListQuery } from '../../../src-renderer/store/task-match.ts';

/** The whole library, newest first. */
export const libraryQuery: ListQuery = {
  view: 'library',
  text: '',
  state: 'all',
  provider: null,
  order: 'newest',
  timeZone: 'UTC',
};
