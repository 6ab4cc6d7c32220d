import { usualAtOnce } from '../../src-main/common/settings.ts';
import { useInbox } from '../inbox.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Field } from './field.tsx';
import { ProxyEntry } from './proxy-entry.tsx';
import { Section } from './section.tsx';
import { Select } from './select.tsx';
import { useSettings } from './settings-context.tsx';
import { SwitchField } from './switch.tsx';
import { useSave } from './use-save.ts';

const words = settingsTexts.downloads;
const counts = Array.from({ length: 16 }, (_, i) => i + 1);

export function DownloadsSection() {
  const { view, update, setPaused } = useSettings();
  const { format } = useInbox();
  const atOnce = useSave();
  return (
    <Section name="downloads" title={words.title}>
      <Field label={words.atOnce} hint={words.atOnceHint} save={atOnce.state}>
        {(control) => (
          <Select
            {...control}
            value={String(view.values.downloads.atOnce)}
            options={counts.map((count) => ({
              value: String(count),
              text: count === usualAtOnce ? words.usual(format.number(count)) : format.number(count),
            }))}
            onChoose={(value) => void atOnce.run(() => update({ downloads: { atOnce: Number(value) } }))}
          />
        )}
      </Field>
      <ProxyEntry />
      <SwitchField
        label={words.sourcesLabel}
        hint={words.sourcesHint}
        checked={view.values.downloads.keepSources}
        onChange={(keepSources) => update({ downloads: { keepSources } })}
      />
      <SwitchField
        label={words.pauseLabel}
        hint={words.pauseHint}
        checked={view.downloadsPaused}
        onChange={setPaused}
      />
    </Section>
  );
}
