import { useEffect, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts } from '../texts/texts.ts';
import styles from './about-section.module.css';
import { Fact } from './field.tsx';
import { Section } from './section.tsx';

const words = settingsTexts.about;

/** Which program this is, and whose work is in it. */
export function AboutSection() {
  const { state } = useInbox();
  const version = useStore(state, (value) => value.info?.version ?? null);
  const [open, setOpen] = useState(false);
  return (
    <Section name="about" title={words.title}>
      <Fact label={words.version}>{version === null ? null : <p className={styles['version']}>{version}</p>}</Fact>
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
    <pre className={styles['licences']} tabIndex={0} aria-label={words.licences}>
      {text ?? words.loading}
    </pre>
  );
}
