/** The way to others for a command that works on a folder by itself, as the inbox that has it would take it. */
import type { Environment } from '../node/config-values.ts';
import type { DataDir } from '../node/data-dir.ts';
import { silentLog } from '../node/log/log.ts';
import { createOutgoing, type Outgoing } from '../node/outgoing/outgoing.ts';
import { createProxyChoice } from '../node/outgoing/proxy-choice.ts';
import { openSettings } from '../node/settings/settings.ts';

export async function outgoingOf(dir: Pick<DataDir, 'settingsFile'>, environment: Environment): Promise<Outgoing> {
  const settings = await openSettings(dir.settingsFile, silentLog);
  return createOutgoing(createProxyChoice({ environment, setting: () => settings.get().downloads.proxy }));
}
