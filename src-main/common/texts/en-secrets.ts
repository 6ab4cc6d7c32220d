/** What the terminal says about secrets. */
import { sentences } from './sentence.ts';

export const enSecrets = {
  usage:
    'Say what to do: "secret set NAME" (the value comes from standard input), "secret list" or "secret remove NAME".',
  unknown: (word: string, names: string) => `There is no secret named "${word}". Known names: ${names}.`,
  ask: (name: string) =>
    `Paste the value of ${name} and press Enter; it is not shown. Two at a time are separated by a comma.`,
  nothingGiven: (name: string) => `Nothing came on standard input, so ${name} is as it was.`,
  noKey: (name: string) =>
    `That is no key: there is a blank, a line break or a sign in it that no key has, so ${name} is as it was. Copy the key alone, without "Bearer" in front of it.`,
  stored: (name: string) => `${name} is stored and in use.`,
  storedForLater: (name: string) => `${name} is stored; the inbox uses it when it starts.`,
  removed: (name: string) => `${name} is removed.`,
  notSet: (name: string) => `${name} was not stored, so nothing was removed.`,
  environmentWins: (name: string, variable: string) =>
    `Note: ${variable} is set in this environment, and an inbox that is started from here takes ${name} from there.`,
  places: { environment: 'from the environment', stored: 'stored', none: 'not set' },
  /** Where no inbox runs, the keychain of the desktop app cannot be looked into. */
  onlyTheFile: 'Note: no inbox runs, so what the desktop app keeps in the keychain of the system is not in this list.',
};

export const secretTexts = sentences('secrets', enSecrets);
