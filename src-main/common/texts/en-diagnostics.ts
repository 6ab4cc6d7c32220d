/** What the terminal says about the journal and the progress of a check, and the words of copied diagnostics. */
import { catalog } from './language.ts';

export const journalTexts = catalog('journal', {
  reading: 'Reading the journal: events',
  checking: 'Checking videos',
  sum: (events: string, files: string, size: string, oldest: string, newest: string) =>
    `Journal: ${events} in ${files}, ${size}, from ${oldest} to ${newest}`,
  repeats: (repeats: string) => `${repeats} with a body that had come before`,
});

/** For whoever reads a report: in English whatever the person speaks. */
export const diagnosticTexts = {
  system: 'System',
  machine: (processors: number, mib: string) => `${processors} processors, ${mib} MiB of memory`,
  process: 'Process',
  upFor: (seconds: number) => `up for ${seconds} s`,
  tasks: 'Tasks',
  videos: 'Videos',
  notRunning: 'The inbox does not run.',
  light: 'Light',
  proven: (at: string | null) => (at === null ? 'never proven' : `last proven ${at}`),
  storage: 'Storage',
  free: (mib: string) => `${mib} MiB free`,
  watch: 'Waited for',
  watched: (pending: number, overdue: number) => `${pending} tasks, ${overdue} of them overdue`,
  shared: 'Shared log',
  refused: (today: number) => `Refused requests, ${today} today; the last`,
  secrets: 'Secrets that are set',
  fromEnvironment: 'by the environment',
  settings: 'Settings',
  entries: (count: number) => `${count} entries`,
  empty: 'empty',
  set: 'set',
  lost: 'Videos that could not be had, among the newest 5000 tasks',
  none: 'none',
  noCheck: 'The library was not checked since the start.',
  check: (at: string) => `Check of ${at}`,
  well: 'all is well',
  notWell: 'something is left',
  checked: (tasks: number, videos: number) => `${tasks} tasks, ${videos} saved videos; problems`,
  mended: 'mended',
  journal: 'Journal',
  journalFacts: (of: { events: number; segments: number; bytes: number; repeats: number }) =>
    `${of.events} events, ${of.segments} files, ${of.bytes} bytes, ${of.repeats} repeats`,
  faults: 'Last warnings and errors of the log',
  promise: 'Left out: addresses, keys, prompts, titles, names of tasks and files, and what providers wrote.',
};
