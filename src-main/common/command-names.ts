/** The words after `video-inbox`, known to both hosts: the desktop app's own program answers them as well. */
export const commandNames = [
  'serve',
  'url',
  'status',
  'list',
  'show',
  'wait',
  'requests',
  'replay',
  'submit',
  'tag',
  'import',
  'export',
  'watch',
  'ask',
  'secret',
  'settings',
  'api-key',
  'mcp',
  'send-test',
  'doctor',
  'store',
  'tunnel',
] as const;

export type CommandName = (typeof commandNames)[number];

export function isCommandName(word: string): word is CommandName {
  return (commandNames as readonly string[]).includes(word);
}

/** What asks for help or the version, in place of a command. */
export const helpWords: readonly string[] = ['help', '--help', '-h'];
export const versionWords: readonly string[] = ['version', '--version', '-v'];
