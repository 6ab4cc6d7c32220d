/** The desktop part of the settings: read for the window and the menus, and carried out when it changes. */
import * as v from 'valibot';
import { InboxError } from '../common/errors.ts';
import type { SettingsStore } from '../node/settings/settings.ts';
import type { DesktopSettings, DesktopSettingsPatch } from './bridge.ts';
import { desktopTexts } from './texts/en.ts';

export interface DesktopSettingsPorts {
  readonly settings: SettingsStore;
  readonly secrets: DesktopSettings['secrets'];
  /** Makes the system follow. @throws what the system says. */
  readonly applyLaunchAtLogin: (on: boolean) => Promise<void>;
}

export interface DesktopSettingsAccess {
  get(): DesktopSettings;
  /** @throws InboxError `bad-request` for anything but the known switches; the system's own error where it refuses. */
  change(patch: unknown): Promise<DesktopSettings>;
}

const patchSchema = v.strictObject({
  launchAtLogin: v.exactOptional(v.boolean()),
  closeToTray: v.exactOptional(v.boolean()),
  checkForUpdates: v.exactOptional(v.boolean()),
});

export function createDesktopSettings(ports: DesktopSettingsPorts): DesktopSettingsAccess {
  const { settings, secrets, applyLaunchAtLogin } = ports;
  const get = (): DesktopSettings => {
    const { launchAtLogin, closeToTray, checkForUpdates } = settings.get().desktop;
    return { launchAtLogin, closeToTray, checkForUpdates, secrets };
  };
  return {
    get,
    async change(raw) {
      const parsed = v.safeParse(patchSchema, raw);
      if (!parsed.success) throw new InboxError('bad-request', desktopTexts.failures.malformed);
      const patch: DesktopSettingsPatch = parsed.output;
      if (patch.launchAtLogin !== undefined) await applyLaunchAtLogin(patch.launchAtLogin);
      await settings.update({ desktop: patch });
      return get();
    },
  };
}
