/** The list as a table. */
import { catalog } from '../../src-main/common/texts/language.ts';

export const enTable = catalog('table', {
  columns: {
    select: 'Selection',
    title: 'Title',
    state: 'State',
    provider: 'Model',
    project: 'Project',
    tags: 'Tags',
    rating: 'Rating',
    seconds: 'Length',
    size: 'Size',
    cost: 'Cost',
    arrived: 'Arrived',
  },
  sums: 'Sums',
  choose: 'Columns',
  length: (span: string) => `${span} of video`,
  cost: (sum: string) => `cost ${sum}`,
  earlier: (column: string) => `${column} one place earlier`,
  later: (column: string) => `${column} one place later`,
  sorted: (column: string) => `Sorted by ${column.toLowerCase()}`,
  states: {
    ready: 'ready',
    downloading: 'downloading',
    queued: 'queued',
    waiting: 'not there yet',
    'no-video': 'no video',
    'needs-api-key': 'needs a key',
    failed: 'failed',
    'download-failed': 'download failed',
    expired: 'link has died',
  },
});
