/** What the terminal says about the journal and the progress of a check, and the words of copied diagnostics. */
export const journalTexts = {
  reading: 'Reading the journal: events',
  checking: 'Checking videos',
  title: 'Journal:',
  events: (events: string, segments: string, bytes: string) => `${events} in ${segments}, ${bytes}`,
  span: (oldest: string, newest: string) => `from ${oldest} to ${newest}`,
  repeats: (repeats: string) => `${repeats} with a body that had come before`,
};
