/**
 * Sentences name commands as they are called: `video-inbox wait …`. How one is typed depends on where this program lies: a
 * checkout has no `video-inbox` in the path. So the words are changed where they leave, and no catalog asks.
 */
import { commandNames } from '../command-names.ts';

const usual = 'video-inbox';
const named = new RegExp(`(npx )?\\b${usual} (?=(?:${commandNames.join('|')}|help)\\b)`, 'g');
let typed = usual;

/** @param command what stands before the name of a command here: `video-inbox`, `npm run cli --` */
export function typeCommandsAs(command: string): void {
  typed = command;
}

export const typedHere = (): string => typed;

/** @returns the same, each command as it is typed here. */
export function asTyped(sentence: string): string {
  return typed === usual
    ? sentence
    : sentence.replace(named, (found, npx?: string) => (npx === undefined ? `${typed} ` : found));
}
