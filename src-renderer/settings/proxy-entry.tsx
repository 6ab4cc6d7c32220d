import { settingsTexts } from '../texts/texts.ts';
import { useSettings } from './settings-context.tsx';
import { TextEntry } from './text-entry.tsx';

const words = settingsTexts.proxy;

/** The HTTP proxy of the downloads, and what was seen of the way to the internet. */
export function ProxyEntry() {
  const { view, update } = useSettings();
  const { environmentProxy, hasFakeAddresses } = view.network;
  const { proxy } = view.values.downloads;
  const used = proxy === null && environmentProxy !== null ? words.fromEnvironment(environmentProxy) : words.hint;
  return (
    <TextEntry
      label={words.label}
      hint={hasFakeAddresses ? `${used} ${words.fakeAddresses}` : used}
      placeholder={words.placeholder}
      value={proxy === '' ? words.none : (proxy ?? '')}
      onStore={(text) => update({ downloads: { proxy: proxyOf(text) } })}
    />
  );
}

function proxyOf(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return trimmed.toLowerCase() === words.none ? '' : trimmed;
}
