import { X } from 'lucide-react';
import { useState } from 'react';
import type { TunnelDetails } from '../../src-main/common/contract.ts';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { Call } from '../client/renderer-client.ts';
import { useInbox } from '../inbox.ts';
import { formatRoute, startList } from '../router/route.ts';
import { useAsked } from '../settings/use-asked.ts';
import { ScreenLink } from '../shell/screen-link.tsx';
import { useStore } from '../store/use-store.ts';
import { taskTitle } from '../store/task-title.ts';
import { settingsTexts, texts } from '../texts/texts.ts';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './drift-bar.module.css';

type Drift = NonNullable<TunnelDetails['drift']>;

const ask = (call: Call): Promise<TunnelDetails> => call('tunnel:details');
const isNews = ({ name }: PageEvent): boolean =>
  ['tasks:changed', 'tasks:removed', 'tunnel:changed', 'resync'].includes(name);
const mostShown = 8;

/** Says that the public address is another one now, until the person has taken note. */
export function DriftBar() {
  const { client, notices, describe } = useInbox();
  const { value, reload } = useAsked(ask, isNews);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const drift = value?.drift ?? null;
  if (drift === null || drift.since === dismissed) return null;
  const dismiss = () => {
    setDismissed(drift.since);
    client
      .call('tunnel:dismissDrift')
      .then(reload)
      .catch((error: unknown) => {
        setDismissed(null);
        notices.post({ text: describe(error), kind: 'bad' });
      });
  };
  return <Note drift={drift} fixable={value?.status.kind === 'ngrok'} onDismiss={dismiss} />;
}

function Note({
  drift,
  fixable,
  onDismiss,
}: {
  readonly drift: Drift;
  readonly fixable: boolean;
  readonly onDismiss: () => void;
}) {
  const { format, now } = useInbox();
  const present = useStore(now, (value) => value);
  const words = settingsTexts.drift;
  const { pending } = drift;
  const shown = pending.slice(0, mostShown);
  return (
    <section className={styles['bar']} aria-label={words.label}>
      <div className={styles['text']}>
        <p>
          <strong>{words.label}</strong>
          {texts.common.separator}
          <time dateTime={drift.since} title={format.dateAndTime(drift.since)}>
            {format.age(drift.since, present)}
          </time>
        </p>
        <p>{drift.sentence}</p>
        {pending.length === 0 ? (
          <p>{words.nonePending}</p>
        ) : (
          <details className={styles['pending']}>
            <summary>{words.pending(pending.length, format.number(pending.length))}</summary>
            <ul>
              {shown.map((task) => (
                <li key={task.key}>
                  <a href={formatRoute({ list: { ...startList, view: 'waiting' }, taskKey: task.key })}>
                    {taskTitle(task)}
                  </a>
                </li>
              ))}
            </ul>
            {pending.length > shown.length ? (
              <a href={formatRoute({ list: { ...startList, view: 'waiting' }, taskKey: null })}>
                {words.more(format.number(pending.length - shown.length))}
              </a>
            ) : null}
          </details>
        )}
        {fixable ? (
          <p>
            <ScreenLink to={{ name: 'settings', section: 'tunnel' }}>{words.fixDomain}</ScreenLink>
          </p>
        ) : null}
      </div>
      <IconButton label={words.dismiss} className={styles['close']} onClick={onDismiss}>
        <X size={16} aria-hidden />
      </IconButton>
    </section>
  );
}
