/** What the limits are called and what each is for; the settings and the terminal say the same. */
import type { LimitName } from '../settings.ts';
import { catalog } from './language.ts';

export const enLimits = catalog('limits', {
  title: 'Limits',
  intro:
    'What may arrive and what may be fetched. The usual values fit nearly everyone; a request that a limit turned away stands under Requests with its name.',
  names: {
    'callbacks.bodyLimitMiB': 'Largest callback',
    'callbacks.filmBodyLimitMiB': 'Largest callback with a film in it',
    'callbacks.signatureWindowSeconds': 'Oldest signature',
    'callbacks.tasksPerDay': 'New tasks a day, of each callback URL',
    'callbacks.keptMiBPerDay': 'Kept of bodies a day, of each callback URL',
    'callbacks.minFreeMiB': 'Room below which no callback is taken',
    'downloads.maxVideoMiB': 'Largest video',
    'downloads.mibPerDay': 'Unsigned downloads a day, of each callback URL',
    'downloads.minFreeMiB': 'Room that downloads leave free',
  } satisfies Record<LimitName, string>,
  hints: {
    'callbacks.bodyLimitMiB': 'A larger one is answered 413. Replicate with its logs sends some.',
    'callbacks.filmBodyLimitMiB': 'Some workers send the film inside the callback.',
    'callbacks.signatureWindowSeconds':
      'How far the time of a signature may be from the time here. Raise it where the clock of this computer is wrong.',
    'callbacks.tasksPerDay': 'For callbacks over the internet that nobody signed; more are answered 429.',
    'callbacks.keptMiBPerDay': 'For callbacks over the internet that nobody signed; more are answered 429.',
    'callbacks.minFreeMiB':
      'Callbacks are answered 503 below it, so that providers try again. Empty: 64 MiB, or 5 % of a small disk.',
    'downloads.maxVideoMiB': 'A larger one is not fetched, and says so.',
    'downloads.mibPerDay': 'Links that nobody signed or confirmed, so that a stranger cannot fill the disk with them.',
    'downloads.minFreeMiB': 'Downloads wait below it. Empty: 2 GiB, or 10 % of a small disk.',
  } satisfies Record<LimitName, string>,
  units: { MiB: 'MiB', seconds: 'seconds', tasks: 'tasks' },
  usual: (value: string, unit: string) => `Usually ${value} ${unit}.`,
  usualEmpty: 'Usually empty.',
  empty: 'empty',
  wrong: (text: string, least: string, most: string) => `“${text}” is not a number from ${least} to ${most}.`,
  wrongWhole: (text: string, least: string, most: string) =>
    `“${text}” is not a whole number from ${least} to ${most}.`,
});
