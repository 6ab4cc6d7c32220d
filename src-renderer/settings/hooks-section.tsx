import { sayTold } from '../../src-main/common/texts/language.ts';
import { useEffect, useState } from 'react';
import type { HookTrouble } from '../../src-main/common/status.ts';
import { useInbox } from '../inbox.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import row from './entry-row.module.css';
import { Field } from './field.tsx';
import { KeyRow } from './key-row.tsx';
import { keyTitle } from './key-title.ts';
import { Note, Section } from './section.tsx';
import { useSettings } from './settings-context.tsx';
import { TextEntry } from './text-entry.tsx';
import { TextInput } from './text-input.tsx';

const words = settingsTexts.hooks;
const secretBytes = 24;

/** Who else hears of what was saved and what failed. */
export function HooksSection() {
  const { view, update, setSecret } = useSettings();
  const { client, describe, actions } = useInbox();
  const [told, setTold] = useState<{ readonly ok: boolean; readonly message: string } | null>(null);
  const [trying, setTrying] = useState(false);
  /** Shown once; afterwards nobody can read it. */
  const [made, setMade] = useState<string | null>(null);
  const [lost, setLost] = useState<HookTrouble | null>(null);
  useEffect(() => {
    client.call('app:status').then(
      ({ hooks }) => setLost(hooks ?? null),
      // Whether the inbox answers is told elsewhere.
      () => undefined,
    );
    // Asked for anew behind a trial, which may end it.
  }, [client, told]);
  const forget = async () => {
    try {
      await client.call('hooks:forgetLost');
      setLost(null);
    } catch (error) {
      setTold({ ok: false, message: describe(error) });
    }
  };
  const secret = view.secrets.find(({ name }) => name === 'HOOK');

  const tryIt = async () => {
    if (trying) return;
    setTrying(true);
    try {
      setTold(await client.call('hooks:test'));
    } catch (error) {
      setTold({ ok: false, message: describe(error) });
    } finally {
      setTrying(false);
    }
  };
  const make = async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(secretBytes));
    const text = `whsec_${btoa(String.fromCharCode(...bytes))}`;
    try {
      await setSecret('HOOK', text);
      setMade(text);
    } catch (error) {
      setTold({ ok: false, message: describe(error) });
    }
  };

  return (
    <Section name="hooks" title={words.title} intro={words.intro}>
      {lost === null ? null : (
        <div className={row['row']}>
          <div className={row['text']} role="status">
            <Note tone="warn">{sayTold(lost)}</Note>
          </div>
          <div className={row['actions']}>
            <Button onClick={() => void forget()}>{words.seen}</Button>
          </div>
        </div>
      )}
      <TextEntry
        label={words.url}
        hint={words.urlHint}
        placeholder="https://"
        value={view.values.hooks.webhookUrl ?? ''}
        onStore={(text) => update({ hooks: { webhookUrl: text === '' ? null : text } })}
      />
      {secret === undefined ? null : <KeyRow secret={secret} title={keyTitle('HOOK')} />}
      {made === null ? null : (
        <Field label={words.made} hint={words.madeHint} wide>
          {(control) => (
            <>
              <TextInput {...control} readOnly dir="ltr" value={made} onText={() => undefined} />
              <Button onClick={() => void actions.copy(made, words.copied)}>{words.copy}</Button>
            </>
          )}
        </Field>
      )}
      <div className={row['row']}>
        <div className={row['text']} role="status">
          {told === null ? null : <Note tone={told.ok ? 'calm' : 'warn'}>{sayTold(told)}</Note>}
        </div>
        <div className={row['actions']}>
          {secret?.isSet === true || secret?.fromEnvironment === true ? null : (
            <Button onClick={() => void make()}>{words.make}</Button>
          )}
          <Button aria-disabled={trying || undefined} onClick={() => void tryIt()}>
            {trying ? words.trying : words.test}
          </Button>
        </div>
      </div>
    </Section>
  );
}
