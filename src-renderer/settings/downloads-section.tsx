import { useInbox } from '../inbox.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Field } from './field.tsx';
import { Section } from './section.tsx';
import { Select } from './select.tsx';
import { useSettings } from './settings-hold.tsx';
import { useSave } from './use-save.ts';

const words = settingsTexts.downloads;
const counts = Array.from({ length: 16 }, (_, i) => i + 1);

export function DownloadsSection() {
  const { view, update } = useSettings();
  const { client, format, notices } = useInbox();
  const atOnce = useSave();
  const pause = useSave();
  const setPaused = (paused: boolean) => {
    void pause
      .run(() => client.call('downloads:setPaused', paused))
      .then((done) => done && notices.post({ text: paused ? words.paused : words.resumed }));
  };
  return (
    <Section name="downloads" title={words.title}>
      <Field label={words.atOnce} hint={words.atOnceHint} save={atOnce.state}>
        {(control) => (
          <Select
            {...control}
            value={String(view.values.downloads.atOnce)}
            options={counts.map((count) => ({ value: String(count), text: format.number(count) }))}
            onChoose={(value) => void atOnce.run(() => update({ downloads: { atOnce: Number(value) } }))}
          />
        )}
      </Field>
      <Field label={words.pauseLabel} hint={words.pauseHint} save={pause.state}>
        {(control) => (
          <>
            <Button {...control} onClick={() => setPaused(true)}>
              {words.pause}
            </Button>
            <Button onClick={() => setPaused(false)}>{words.resume}</Button>
          </>
        )}
      </Field>
    </Section>
  );
}
