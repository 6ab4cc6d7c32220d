import { settingsTexts } from '../texts/texts.ts';
import { useSettings } from './settings-context.tsx';
import { TextEntry } from './text-entry.tsx';

const words = settingsTexts.senders;

/** Which addresses may deliver; empty = all that know a callback URL. */
export function SendersEntry() {
  const { view, update } = useSettings();
  return (
    <TextEntry
      label={words.label}
      hint={words.hint}
      placeholder={words.placeholder}
      value={view.values.callbacks.allowAddresses.join(', ')}
      onStore={(text) => update({ callbacks: { allowAddresses: text.split(/[\s,;]+/).filter((part) => part !== '') } })}
    />
  );
}
