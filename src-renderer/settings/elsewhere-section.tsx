import { type SubmitEvent, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import row from './entry-row.module.css';
import { Field, FieldError } from './field.tsx';
import { Note, Section } from './section.tsx';
import { useSettings } from './settings-context.tsx';
import { SecretInput, TextInput } from './text-input.tsx';
import { useSave } from './use-save.ts';

const words = settingsTexts.elsewhere;

/** Makes this inbox a copy of one elsewhere, or one of its own again. */
export function ElsewhereSection() {
  const { url } = useSettings().view.values.twin;
  const { client } = useInbox();
  const [address, setAddress] = useState('');
  const [token, setToken] = useState('');
  /** The callback URL of the inbox there, once it answered in this visit; `''` once it was let go of. */
  const [told, setTold] = useState<string | null>(null);
  const save = useSave();
  const isBusy = save.state.kind === 'saving';
  const connect = (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    void save.run(async () => {
      const { callbackUrl } = await client.call('twin:connect', address.trim(), token);
      setTold(callbackUrl);
      setToken('');
    });
  };
  const disconnect = () => {
    if (isBusy) return;
    void save.run(async () => {
      await client.call('twin:disconnect');
      setTold('');
    });
  };
  return (
    <Section name="elsewhere" title={words.title} intro={words.intro}>
      {url === null ? (
        <form onSubmit={connect}>
          <Field label={words.address} hint={words.addressHint} wide>
            {(control) => (
              <TextInput {...control} dir="ltr" placeholder="https://" value={address} onText={setAddress} />
            )}
          </Field>
          <Field label={words.token} hint={words.tokenHint} wide>
            {(control) => <SecretInput {...control} value={token} onText={setToken} />}
          </Field>
          <div className={row['actions']}>
            <Button type="submit" kind="primary" aria-disabled={isBusy || undefined}>
              {isBusy ? words.trying : words.connect}
            </Button>
          </div>
        </form>
      ) : (
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
      )}
      <FieldError id="elsewhere-error" state={save.state} />
      <div role="status">
        {told === null ? null : <Note tone="calm">{told === '' ? words.disconnected : words.connected(told)}</Note>}
      </div>
    </Section>
  );
}
