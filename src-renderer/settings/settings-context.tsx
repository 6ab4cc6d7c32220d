import { createContext, type ReactNode, useContext } from 'react';
import type { SettingsPatch, SettingsValues, SettingsView } from '../../src-main/common/contract.ts';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { Call } from '../client/renderer-client.ts';
import { useInbox } from '../inbox.ts';
import { settingsTexts, texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Message } from '../gallery/empty.tsx';
import { useAsked } from './use-asked.ts';

/** The settings on the screen. Calls reject with an error that has a sentence; what the core has is shown then. */
export interface SettingsAccess {
  readonly view: SettingsView;
  readonly update: (patch: SettingsPatch) => Promise<void>;
  readonly setPaused: (paused: boolean) => Promise<void>;
  /** @param value `null` removes it. @returns a sentence where its shape is unusual. */
  readonly setSecret: (name: string, value: string | null) => Promise<string | null>;
}

const SettingsContext = createContext<SettingsAccess | null>(null);

const ask = (call: Call): Promise<SettingsView> => call('settings:get');
const isNews = (event: PageEvent): boolean | { readonly value: SettingsView } =>
  event.name === 'settings:changed'
    ? { value: event.data }
    : event.name === 'resync' || event.name === 'tunnel:changed';

export function SettingsProvider({ children }: { readonly children: ReactNode }) {
  const { client } = useInbox();
  const { value, error, reload, set, change } = useAsked(ask, isNews);

  if (value === null) {
    if (error === null) {
      return (
        <p className="visually-hidden" role="status">
          {settingsTexts.screen.loading}
        </p>
      );
    }
    return (
      <Message title={settingsTexts.screen.notLoaded} detail={error}>
        <Button onClick={reload}>{texts.common.tryAgain}</Button>
      </Message>
    );
  }

  const access: SettingsAccess = {
    view: value,
    update: (patch) =>
      change({ ...value, values: merge(value.values, patch) }, () => client.call('settings:update', patch)),
    setPaused: (downloadsPaused) =>
      change({ ...value, downloadsPaused }, async () => {
        await client.call('downloads:setPaused', downloadsPaused);
        return client.call('settings:get');
      }),
    async setSecret(name, secret) {
      const { warning } = await client.call('secrets:set', name, secret);
      set(await client.call('settings:get'));
      return warning;
    },
  };
  return <SettingsContext value={access}>{children}</SettingsContext>;
}

export function useSettings(): SettingsAccess {
  const access = useContext(SettingsContext);
  if (access === null) throw new Error('useSettings needs a SettingsProvider around it');
  return access;
}

function merge(values: SettingsValues, patch: SettingsPatch): SettingsValues {
  const groups = Object.keys(values) as (keyof SettingsValues)[];
  return Object.fromEntries(
    groups.map((group) => [group, { ...values[group], ...patch[group] }]),
  ) as unknown as SettingsValues;
}
