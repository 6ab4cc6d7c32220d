import { type SubmitEvent, useRef, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { Field } from '../settings/field.tsx';
import { useSettings } from '../settings/settings-context.tsx';
import { SecretInput } from '../settings/text-input.tsx';
import { useSave } from '../settings/use-save.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { keyNames } from '../ui/key-names.ts';
import styles from './token-entry.module.css';

const secretName = 'NGROK_AUTHTOKEN';

/** The ngrok authtoken: pasted once, then only known to be there. */
export function TokenEntry() {
  const { view } = useSettings();
  const secret = view.secrets.find(({ name }) => name === secretName);
  const words = settingsTexts.token;
  if (secret?.fromEnvironment === true) {
    return (
      <div className={styles['row']}>
        <p>
          <strong>{words.stored}</strong>
        </p>
        <p className={styles['hint']}>{words.fromEnvironment}</p>
      </div>
    );
  }
  return <OwnToken isSet={secret?.isSet ?? false} />;
}

function OwnToken({ isSet }: { readonly isSet: boolean }) {
  const { state } = useInbox();
  const { setSecret } = useSettings();
  const isOnline = useStore(state, (value) => value.tunnel?.kind === 'ngrok' && value.tunnel.state === 'online');
  const [editing, setEditing] = useState(false);
  const [tried, setTried] = useState(false);
  const [removing, setRemoving] = useState(false);
  const remove = useSave();
  const words = settingsTexts.token;
  // A token that ngrok refuses leaves the field open, for the next one.
  const showForm = !isSet || (editing && !(tried && isOnline));

  return (
    <>
      {showForm ? (
        <TokenForm
          // It stays while it stores: what is typed meanwhile is not lost with it.
          onStore={() => setEditing(true)}
          onStored={() => setTried(true)}
          onCancel={isSet ? () => setEditing(false) : null}
        />
      ) : (
        <div className={styles['row']}>
          <p className={styles['stored']}>
            <strong>{words.stored}</strong>
            <Button
              onClick={() => {
                setTried(false);
                setEditing(true);
              }}
            >
              {words.replace}
            </Button>
            <Button onClick={() => setRemoving(true)}>{words.remove}</Button>
          </p>
          {remove.state.kind === 'failed' ? <p role="alert">{remove.state.message}</p> : null}
        </div>
      )}
      <Confirm
        open={removing}
        title={words.removeTitle}
        detail={words.removeDetail}
        action={words.remove}
        onConfirm={() => {
          setEditing(false);
          void remove.run(() => setSecret(secretName, null));
        }}
        onClose={() => setRemoving(false)}
      />
    </>
  );
}

interface TokenFormProps {
  readonly onStore: () => void;
  readonly onStored: () => void;
  readonly onCancel: (() => void) | null;
}

function TokenForm({ onStore, onStored, onCancel }: TokenFormProps) {
  const { client, state, desktop } = useInbox();
  const { view, update, setSecret } = useSettings();
  const [token, setToken] = useState('');
  const [warning, setWarning] = useState<string | null>(null);
  const save = useSave();
  const field = useRef<HTMLInputElement>(null);
  const words = settingsTexts.token;
  const busy = save.state.kind === 'saving';
  // The desktop grants its page no reading of the clipboard; there the keyboard pastes.
  const canPaste = desktop === null && window.isSecureContext;

  const store = (text: string) => {
    if (busy) return;
    onStore();
    void save
      .run(async () => {
        setWarning(await setSecret(secretName, text));
        if (!view.tunnelIsFixed && view.values.tunnel.kind !== 'ngrok') await update({ tunnel: { kind: 'ngrok' } });
        // The events may be on their way still; nobody shall read the state of the token before.
        const { status } = await client.call('tunnel:details');
        state.receive({ name: 'tunnel:changed', data: status });
      })
      .then((stored) => {
        if (!stored) {
          field.current?.focus();
          return;
        }
        setToken((typed) => (typed === text ? '' : typed));
        onStored();
      });
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    store(token);
  };
  const paste = () => {
    navigator.clipboard.readText().then(
      (text) => {
        setToken(text);
        store(text);
      },
      () => {
        save.fail(words.pasteRefused(keyNames('Control+V')));
        field.current?.focus();
      },
    );
  };

  return (
    <form onSubmit={submit}>
      <Field label={words.label} hint={warning ?? words.hint} save={save.state} wide>
        {(control) => (
          <>
            <SecretInput
              {...control}
              ref={field}
              className={styles['input']}
              value={token}
              onText={(text) => {
                setToken(text);
                if (save.state.kind === 'failed') save.clear();
              }}
            />
            {canPaste ? <Button onClick={paste}>{words.paste}</Button> : null}
            <Button type="submit" kind="primary" aria-disabled={busy}>
              {busy ? words.connecting : words.connect}
            </Button>
            {onCancel === null ? null : <Button onClick={onCancel}>{words.cancel}</Button>}
          </>
        )}
      </Field>
    </form>
  );
}
