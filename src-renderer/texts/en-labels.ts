/** Tags and projects as such: their names and colours. */
import { catalog } from '../../src-main/common/texts/language.ts';

const plural = (n: number, one: string, other: string): string => (n === 1 ? one : other);

export const enLabels = catalog('labels', {
  title: 'Tags and projects',
  edit: 'Edit tags and projects',
  all: (shown: string) => `All ${shown} projects`,
  fewer: 'Fewer projects',
  intro: 'A name that is in use already takes the other one in. Callback URLs of a project go with it.',
  name: (name: string) => `Name of ${name}`,
  color: (name: string) => `Colour of ${name}`,
  colors: {
    none: 'No colour',
    blue: 'Blue',
    orange: 'Orange',
    pink: 'Pink',
    green: 'Green',
    violet: 'Violet',
    grey: 'Grey',
  },
  joins: (n: number, shown: string, name: string) =>
    plural(n, `Joins ${name}, one task`, `Joins ${name}, ${shown} tasks`),
  remove: (name: string) => `Take ${name} off all tasks`,
  renamed: (n: number, shown: string, from: string, to: string) =>
    plural(n, `${from} is now ${to} on one task`, `${from} is now ${to} on ${shown} tasks`),
  removed: (n: number, shown: string, name: string) =>
    plural(n, `${name} taken off one task`, `${name} taken off ${shown} tasks`),
});
