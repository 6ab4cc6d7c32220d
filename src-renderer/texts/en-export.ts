/** Taking films away: names, what is told in them, a page for a client, contact sheets. */
import { catalog } from '../../src-main/common/texts/language.ts';

const plural = (n: number, one: string, other: string): string => (n === 1 ? one : other);

export const enExport = catalog('export', {
  open: 'Export…',
  copy: 'Copy…',
  copyTitle: (n: number, shown: string) => plural(n, 'Copy of one task', `Copy of ${shown} tasks`),
  prompts: 'Prompts',
  paths: 'Paths of the films on disk',
  links: 'Links of the films at the provider',
  copied: (n: number, shown: string) => plural(n, 'One line copied', `${shown} copied`),
  nothingToCopy: 'None of these has that.',
  title: (n: number, shown: string) => plural(n, 'Export one task', `Export ${shown} tasks`),
  what: 'What is made',
  films: 'Films with readable names, in a zip',
  client: 'A page for a client, in a zip: your own titles, no prompts',
  sheet: 'A contact sheet with time codes, as a picture',
  name: 'Name',
  usualName: 'Video Inbox export',
  template: 'Names of the films',
  templateHint: 'Words in braces: {date} {title} {prompt} {provider} {id} {project} {n}',
  metadata: 'Title, prompt and model inside the copies, and a file beside each',
  markers: 'Markers of the notes as EDL and CSV',
  make: 'Export',
  begun: (n: number, shown: string, size: string) =>
    plural(n, `One video is on its way, ${size}.`, `${shown} videos are on their way, ${size}.`),
  without: (n: number, shown: string) =>
    plural(n, 'One task has no film here and is left out.', `${shown} tasks have no film here and are left out.`),
  missing: (n: number, shown: string) =>
    plural(
      n,
      'One film is left out, since its file is not on the disk any more. Open its card to fetch it again.',
      `${shown} films are left out, since their files are not on the disk any more. Open their cards to fetch them again.`,
    ),
  sheetSaved: (name: string) => `Contact sheet saved as ${name}`,
  sheetCut: (name: string, shown: string) =>
    `Contact sheet saved as ${name}, with the first ${shown} films. More do not fit on one.`,
  sheetLacks: (n: number, shown: string) =>
    plural(
      n,
      'One film without a filmstrip is not on it. Filmstrips are made while the page is open.',
      `${shown} films without a filmstrip are not on it. Filmstrips are made while the page is open.`,
    ),
  noSheet: 'None of these has a filmstrip yet. They are made while the page is open.',
  mark: 'Add a marker here',
  noteHint: 'For yourself. A line that begins with a time is a marker: 0:01.6 Neon is right',
});
