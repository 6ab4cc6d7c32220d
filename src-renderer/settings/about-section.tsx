import { useEffect, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts } from '../texts/texts.ts';
import styles from './about-section.module.css';
import { Button } from '../ui/button.tsx';
import { Fact, FieldError } from './field.tsx';
import { Section } from './section.tsx';
import { useSave } from './use-save.ts';

const words = settingsTexts.about;

/** Which program this is, and whose work is in it. */
export function AboutSection() {
  const { state } = useInbox();
  const version = useStore(state, (value) => value.info?.version ?? null);
  const [open, setOpen] = useState(false);
  return (
    <Section name="about" title={words.title}>
      <Fact label={words.version}>{version === null ? null : <p className={styles['version']}>{version}</p>}</Fact>
      <Fact label={words.diagnostics}>
        <Diagnostics />
      </Fact>
      <Fact label={words.licences}>
        <p>{words.licencesHint}</p>
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{words.showLicences}</summary>
          {open ? <Licences /> : null}
        </details>
      </Fact>
    </Section>
  );
}

/** Shown as well: nobody should have to paste what they have not read. */
function Diagnostics() {
  const { client, actions } = useInbox();
  const [text, setText] = useState<string | null>(null);
  const asking = useSave();
  const copy = () =>
    asking.run(async () => {
      const told = await client.call('app:diagnostics');
      setText(told);
      await actions.copy(told, words.diagnosticsCopied);
    });
  return (
    <>
      <p>{words.diagnosticsHint}</p>
      <Button aria-disabled={asking.state.kind === 'saving'} onClick={() => void copy()}>
        {words.copyDiagnostics}
      </Button>
      <FieldError id="diagnostics-error" state={asking.state} />
      {text === null ? null : (
        <details>
          <summary>{words.copiedText}</summary>
          <pre className={styles['licences']} dir="ltr" tabIndex={0} aria-label={words.copiedText}>
            {text}
          </pre>
        </details>
      )}
    </>
  );
}

/** The file that the build wrote beside the page. */
function Licences() {
  const [text, setText] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const end = new AbortController();
    fetch('./THIRD-PARTY-LICENSES.txt', { signal: end.signal })
      .then(async (answer) => {
        if (answer.ok) setText(await answer.text());
        else setFailed(true);
      })
      .catch(() => {
        if (!end.signal.aborted) setFailed(true);
      });
    return () => end.abort();
  }, []);
  if (failed) return <p role="alert">{words.licencesFailed}</p>;
  return (
    <pre className={styles['licences']} dir="ltr" tabIndex={0} aria-label={words.licences}>
      {text ?? words.loading}
    </pre>
  );
}
