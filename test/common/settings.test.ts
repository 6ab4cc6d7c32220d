import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { mergeSettings, settingsPatchSchema, settingsSchema } from '../../src-main/common/settings.ts';

const usual = v.parse(settingsSchema, {});

describe('settings', () => {
  it('have a usual value for each field, also where a file knows only some', () => {
    expect(usual).toMatchObject({
      callbacks: { allowAddresses: [], bodyLimitMiB: 4, minFreeMiB: null },
      downloads: { atOnce: 4 },
      tunnel: { kind: 'none', domain: null },
      notifications: { saved: true, quietHours: null },
      desktop: { closeToTray: true, launchAtLogin: false },
    });
    expect(v.parse(settingsSchema, { version: 1, downloads: { atOnce: 2 }, gone: { field: 1 } })).toEqual({
      ...usual,
      downloads: { ...usual.downloads, atOnce: 2 },
    });
  });

  it('take a change of one field and leave all others', () => {
    const patch = v.parse(settingsPatchSchema, { downloads: { atOnce: 9 }, notifications: { quietHours: null } });
    expect(patch).toEqual({ downloads: { atOnce: 9 }, notifications: { quietHours: null } });
    expect(mergeSettings(usual, patch)).toEqual({ ...usual, downloads: { ...usual.downloads, atOnce: 9 } });
  });

  it.each([
    { downloads: { atOnce: 0 } },
    { downloads: { atOnce: 2.5 } },
    { tunnel: { kind: 'other' } },
    { notifications: { quietHours: { from: '25:00', until: '07:00' } } },
    { callbacks: { bodyLimitMiB: 1000 } },
    { desktop: { closeToTray: undefined } },
    { hooks: { webhookURL: 'http://127.0.0.1:5678/x' } },
    { hook: { webhookUrl: null } },
  ])('refuse what is not allowed: %j', (patch) => {
    expect(v.safeParse(settingsPatchSchema, patch).success).toBe(false);
  });
});
