/** The file of secrets beside the library, without the inbox; the desktop app takes it into the keychain at its next start. */
import { say } from '../common/texts/language.ts';
import type { DataDir } from '../node/data-dir.ts';
import { createFileVault, openSecrets, type Secrets } from '../node/settings/secrets.ts';
import type { Terminal } from './command.ts';
import { terminalTexts } from './texts/en.ts';

/** Tells of a file that is broken. */
export async function storedSecrets({ secretsFile }: DataDir, { err }: Pick<Terminal, 'err'>): Promise<Secrets> {
  const secrets = await openSecrets(createFileVault(secretsFile), {});
  if (secrets.problem !== null) err(terminalTexts.note(say(secrets.problem)));
  return secrets;
}
