/** Which machines share this inbox, and how it stands with each. */
import { catalog } from '../../src-main/common/texts/language.ts';

const rules = new Intl.PluralRules('en');
const plural = (n: number, one: string, other: string): string => (rules.select(n) === 'one' ? one : other);

export const enNodes = catalog('nodes', {
  title: 'Where it runs',
  loading: 'Asking the machines',
  failed: 'How it stands with the machines could not be asked',
  alone: 'This inbox runs on this machine alone',
  aloneDetail: 'Several can share one, with a database and a shelf for the videos: see docs/several-machines.md.',
  path: 'The way of a callback',
  providers: 'Providers',
  providersDetail: 'send to a callback URL of all machines',
  takesNone: 'No machine takes callbacks',
  takes: (n: number, shown: string) =>
    plural(n, `${shown} machine takes callbacks`, `${shown} machines take callbacks`),
  journal: 'Shared log',
  answered: {
    local: '“200” means: stored on the machine that answered',
    shared: '“200” means: committed in the database',
    both: '“200” means: stored on the machine and in the database',
  },
  events: (n: number, shown: string) => plural(n, `${shown} event`, `${shown} events`),
  thisMachine: 'This machine',
  lost: (name: string, since: string) => `${name} has not been heard of since ${since}.`,
  lostDetail:
    'Others take over what it did; what it stored is sent when it is back. See whether it runs and reaches the database.',
  forget: 'Take it off the list',
  waiting: (n: number, shown: string, since: string) =>
    plural(n, `${shown} event waits here, since ${since}.`, `${shown} events wait here, since ${since}.`),
  columns: {
    where: 'Machine',
    state: 'State',
    does: 'Does',
    behind: 'Behind',
    toSend: 'To send',
    now: 'Now',
    version: 'Version',
  },
  troubled: {
    away: 'Without the database',
    late: 'Held back',
    fenced: 'Another writes as it',
    replaced: 'Must be started again',
    gap: 'Needs you',
    shelf: 'Without the S3 store',
    full: 'No room on its disk',
  },
  olderBuild: 'older build',
  working: 'Working',
  since: (time: string) => `Not heard of since ${time}`,
  roles: { intake: 'takes callbacks', download: 'downloads', ask: 'asks', gallery: 'gallery' },
  upToDate: 'nothing',
  seconds: (shown: string) => `${shown} s`,
  behind: (n: number, shown: string) => plural(n, `${shown} event`, `${shown} events`),
  work: (n: number, shown: string) => plural(n, `holds ${shown} job`, `holds ${shown} jobs`),
  noWork: 'at rest',
  notKnown: 'not known',
});
