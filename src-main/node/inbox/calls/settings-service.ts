/** Settings and secrets as the calls see them; a change that concerns the tunnel makes a new one. */
import type { SettingsPatch, SettingsView } from '../../../common/contract.ts';
import { InboxError } from '../../../common/errors.ts';
import { configTexts } from '../../../common/texts/en-config.ts';
import { toldOrNot, type Sentence } from '../../../common/texts/sentence.ts';
import { checkRange } from '../../callbacks/sender-address.ts';
import { proxyToKeep } from '../../outgoing/proxy-choice.ts';
import { needKey, ngrokSecret, secretNames } from '../../settings/secret-names.ts';
import type { Secrets } from '../../settings/secrets.ts';
import type { SettingsStore } from '../../settings/settings.ts';
import { checkAuthtoken, checkDomain } from '../../tunnel/entry-checks.ts';

export interface SettingsService {
  view(): SettingsView;
  update(patch: SettingsPatch): Promise<SettingsView>;
  setSecret(name: string, value: string | null): Promise<{ readonly warning: string | null }>;
}

export interface SettingsServicePorts {
  readonly settings: SettingsStore;
  readonly secrets: Secrets;
  readonly tunnelIsFixed: boolean;
  readonly downloadsPaused: () => boolean;
  /** What is wrong with the callback URLs. */
  readonly urlsProblem: () => Sentence | null;
  readonly network: () => SettingsView['network'];
  /** A secret was set or removed. */
  readonly secretsChanged: () => void;
  /** The token, the domain or the kind of tunnel is another one now. */
  readonly renewTunnel: () => Promise<void>;
}

export function createSettingsService(ports: SettingsServicePorts): SettingsService {
  const { settings, secrets } = ports;

  function view(): SettingsView {
    const { message, text } = toldOrNot(ports.urlsProblem() ?? settings.problem ?? secrets.problem);
    return {
      values: settings.get(),
      secrets: secretNames.map((name) => ({
        name,
        isSet: secrets.get(name) !== null,
        fromEnvironment: secrets.isFromEnvironment(name),
      })),
      secretProtection: secrets.protection,
      tunnelIsFixed: ports.tunnelIsFixed,
      downloadsPaused: ports.downloadsPaused(),
      network: ports.network(),
      problem: message,
      ...(text === undefined ? {} : { problemText: text }),
    };
  }

  return {
    view,
    async update(patch) {
      const before = settings.get().tunnel;
      const after = (await settings.update(withCheckedProxy(withCheckedAddresses(withCheckedDomain(patch))))).tunnel;
      if (before.kind !== after.kind || before.domain !== after.domain) await ports.renewTunnel();
      return view();
    },
    async setSecret(name, value) {
      if (!secretNames.includes(name)) throw new InboxError('bad-request', configTexts.unknownSecret(name));
      if (secrets.isFromEnvironment(name)) {
        throw new InboxError('conflict', configTexts.secretOfEnvironment);
      }
      if (name !== ngrokSecret) {
        needKey(name, value ?? '');
        await secrets.set(name, value?.trim() || null);
        ports.secretsChanged();
        return { warning: null };
      }
      const checked = value === null ? null : checkAuthtoken(value);
      if (checked?.ok === false) throw new InboxError('bad-request', checked.problem);
      await secrets.set(name, checked?.authtoken ?? null);
      ports.secretsChanged();
      await ports.renewTunnel();
      return { warning: checked?.warning?.english ?? null };
    },
  };
}

function withCheckedDomain(patch: SettingsPatch): SettingsPatch {
  const domain = patch.tunnel?.domain ?? null;
  if (domain === null) return patch;
  const checked = checkDomain(domain);
  if (!checked.ok) throw new InboxError('bad-request', checked.problem);
  return { ...patch, tunnel: { ...patch.tunnel, domain: checked.domain } };
}

function withCheckedAddresses(patch: SettingsPatch): SettingsPatch {
  const entries = patch.callbacks?.allowAddresses;
  if (entries === undefined) return patch;
  const allowAddresses = entries.map((entry) => {
    const checked = checkRange(entry);
    if (checked !== null) return checked;
    throw new InboxError('bad-request', configTexts.senderAddress(entry));
  });
  return { ...patch, callbacks: { ...patch.callbacks, allowAddresses: [...new Set(allowAddresses)] } };
}

function withCheckedProxy(patch: SettingsPatch): SettingsPatch {
  const text = patch.downloads?.proxy ?? null;
  return text === null ? patch : { ...patch, downloads: { ...patch.downloads, proxy: proxyToKeep(text) } };
}
