/** What the terminal says about secrets. Another language is one more object of this shape. */
export interface SecretTexts {
  readonly usage: string;
  readonly unknown: (word: string, names: readonly string[]) => string;
  readonly ask: (name: string) => string;
  readonly nothingGiven: (name: string) => string;
  readonly stored: (name: string) => string;
  readonly storedForLater: (name: string) => string;
  readonly removed: (name: string) => string;
  readonly notSet: (name: string) => string;
  readonly environmentWins: (name: string, variable: string) => string;
  readonly places: { readonly environment: string; readonly stored: string; readonly none: string };
  /** Where no inbox runs, the keychain of the desktop app cannot be looked into. */
  readonly onlyTheFile: string;
}

export const secretTexts: SecretTexts = {
  usage:
    'Say what to do: "secret set NAME" (the value comes from standard input), "secret list" or "secret remove NAME".',
  unknown: (word, names) => `There is no secret named "${word}". Known names: ${names.join(', ')}.`,
  ask: (name) => `Paste the value of ${name} and press Enter; it is not shown. Two at a time are separated by a comma.`,
  nothingGiven: (name) => `Nothing came on standard input, so ${name} is as it was.`,
  stored: (name) => `${name} is stored and in use.`,
  storedForLater: (name) => `${name} is stored; the inbox uses it when it starts.`,
  removed: (name) => `${name} is removed.`,
  notSet: (name) => `${name} was not stored, so nothing was removed.`,
  environmentWins: (name, variable) =>
    `Note: ${variable} is set in this environment, and an inbox that is started from here takes ${name} from there.`,
  places: { environment: 'from the environment', stored: 'stored', none: 'not set' },
  onlyTheFile: 'Note: no inbox runs, so what the desktop app keeps in the keychain of the system is not in this list.',
};
