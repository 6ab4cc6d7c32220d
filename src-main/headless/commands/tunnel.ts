import { InboxError } from '../../common/errors.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import { say } from '../../common/texts/language.ts';
import { silentLog } from '../../node/log/log.ts';
import { ngrokSecret } from '../../node/settings/secret-names.ts';
import { openSettings } from '../../node/settings/settings.ts';
import { checkAuthtoken } from '../../node/tunnel/entry-checks.ts';
import type { Command, Terminal } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { connectLocal } from '../local-client.ts';
import { inFolder } from '../offline-folder.ts';
import { readSecret } from '../read-secret.ts';
import { storedSecrets } from '../stored-secrets.ts';
import { terminalTexts } from '../texts/en.ts';

/** `tunnel set-token`: the token comes from `NGROK_AUTHTOKEN` or standard input, never from an argument that others see. */
export const runTunnel: Command = async (args, terminal) => {
  const flags = readCommandFlags(args, terminal, {}, ['set-token']);
  const [what] = flags.positionals;
  if (what !== 'set-token') {
    throw new InboxError('bad-request', commandTexts.unknownTunnelCommand(what ?? ''));
  }
  const checked = checkAuthtoken(await readToken(terminal));
  if (!checked.ok) throw new InboxError('bad-request', checked.problem);
  if (checked.warning !== null) terminal.err(terminalTexts.note(say(checked.warning)));

  const running = await connectLocal(flags.dataDir);
  if (running === null) {
    await storeOffline(flags.dataDir, checked.authtoken, terminal);
    terminal.err(terminalTexts.tunnel.savedForLater);
    return 0;
  }
  await running.call('secrets:set', ngrokSecret, checked.authtoken);
  await running.call('settings:update', { tunnel: { kind: 'ngrok' } });
  const { kind } = (await running.call('app:status')).tunnel;
  if (kind !== 'ngrok') {
    terminal.err(terminalTexts.tunnel.savedOther);
    return 0;
  }
  terminal.err(terminalTexts.tunnel.saved);
  return 0;
};

async function readToken(terminal: Terminal): Promise<string> {
  const fromEnvironment = terminal.env['NGROK_AUTHTOKEN']?.trim() ?? '';
  if (fromEnvironment !== '') return fromEnvironment;
  return readSecret(terminal, terminalTexts.tunnel.ask);
}

function storeOffline(dataDir: string, authtoken: string, terminal: Terminal): Promise<void> {
  return inFolder(dataDir, async (dir) => {
    await (await storedSecrets(dir, terminal)).set(ngrokSecret, authtoken);
    await (await openSettings(dir.settingsFile, silentLog)).update({ tunnel: { kind: 'ngrok' } });
  });
}
