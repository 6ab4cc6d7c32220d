import { type SubmitEvent, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import row from './entry-row.module.css';
import { Field, FieldError } from './field.tsx';
import { Note, Section } from './section.tsx';
import { Select } from './select.tsx';
import { useSettings } from './settings-context.tsx';
import { SecretInput, TextInput } from './text-input.tsx';
import { useSave } from './use-save.ts';

const words = settingsTexts.elsewhere;

/** Makes this inbox a copy of one elsewhere, or one of its own again; and says which videos such a copy brings here. */
export function ElsewhereSection() {
  const { url } = useSettings().view.values.twin;
  const { client } = useInbox();
  const [address, setAddress] = useState<string | null>(null);
  const [token, setToken] = useState('');
  /** What came of it in this visit. */
  const [told, setTold] = useState<string | null>(null);
  const save = useSave();
  const isBusy = save.state.kind === 'saving';
  const connect = (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    void save.run(async () => {
      const { callbackUrl } = await client.call('twin:connect', (address ?? url ?? '').trim(), token);
      setTold(words.connected(callbackUrl));
      setToken('');
      setAddress(null);
    });
  };
  const disconnect = () => {
    if (isBusy) return;
    void save.run(async () => {
      await client.call('twin:disconnect');
      setTold(words.disconnected);
    });
  };
  return (
    <Section name="elsewhere" title={words.title} intro={words.intro}>
      {url === null ? null : (
        <>
          <div className={row['row']}>
            <div className={row['text']}>
              <p className={row['name']}>
                <strong>{words.copyOf(url)}</strong>
              </p>
            </div>
            <div className={row['actions']}>
              <Button onClick={disconnect}>{words.disconnect}</Button>
            </div>
          </div>
          <BroughtVideos />
        </>
      )}
      <form onSubmit={connect}>
        <Field label={words.address} hint={url === null ? words.addressHint : words.moved} wide>
          {(control) => (
            <TextInput {...control} dir="ltr" placeholder="https://" value={address ?? url ?? ''} onText={setAddress} />
          )}
        </Field>
        <Field label={words.token} hint={words.tokenHint} wide>
          {(control) => <SecretInput {...control} value={token} onText={setToken} />}
        </Field>
        <div className={row['row']}>
          <Button type="submit" kind={url === null ? 'primary' : 'plain'} aria-disabled={isBusy || undefined}>
            {isBusy ? words.trying : words.connect}
          </Button>
          <FieldError id="elsewhere-error" state={save.state} />
        </div>
      </form>
      <div role="status">{told === null ? null : <Note tone="calm">{told}</Note>}</div>
    </Section>
  );
}

const choices = ['all', 'starred', 'opened'] as const;
const sizes = [50, 200, 1000, 4000];

function BroughtVideos() {
  const { view, update } = useSettings();
  const { media, maxMiB } = view.values.twin;
  const { format } = useInbox();
  const which = useSave();
  const largest = useSave();
  const offered = maxMiB === null || sizes.includes(maxMiB) ? sizes : [...sizes, maxMiB];
  return (
    <>
      <Field label={words.media} hint={words.mediaHint} save={which.state}>
        {(control) => (
          <Select
            {...control}
            value={media}
            options={choices.map((value) => ({ value, text: words.medias[value] }))}
            onChoose={(value) => {
              const chosen = choices.find((choice) => choice === value);
              if (chosen !== undefined) void which.run(() => update({ twin: { media: chosen } }));
            }}
          />
        )}
      </Field>
      <Field label={words.largest} save={largest.state}>
        {(control) => (
          <Select
            {...control}
            value={String(maxMiB ?? '')}
            options={[
              { value: '', text: words.anySize },
              ...offered.map((mib) => ({ value: String(mib), text: words.upTo(format.number(mib)) })),
            ]}
            onChoose={(value) =>
              void largest.run(() => update({ twin: { maxMiB: value === '' ? null : Number(value) } }))
            }
          />
        )}
      </Field>
    </>
  );
}
