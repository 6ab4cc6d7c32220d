import { useSettings } from '../settings/settings-context.tsx';
import { TextEntry } from '../settings/text-entry.tsx';
import { settingsTexts } from '../texts/texts.ts';
import { OutsideLink } from './sentence.tsx';

const words = settingsTexts.domain;

/** The fixed domain of the person's ngrok account; empty = ngrok chooses. */
export function DomainEntry() {
  const { view, update } = useSettings();
  return (
    <TextEntry
      label={words.label}
      hint={
        <>
          {words.hint} <OutsideLink href="https://dashboard.ngrok.com/domains" text={words.page} />
        </>
      }
      placeholder={words.placeholder}
      value={view.values.tunnel.domain ?? ''}
      onStore={(domain) => update({ tunnel: { domain: domain === '' ? null : domain } })}
    />
  );
}
