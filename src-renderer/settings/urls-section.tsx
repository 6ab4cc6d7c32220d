import { useState } from 'react';
import { type CallbackUrlView, firstUrlLabel } from '../../src-main/common/contract.ts';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { Call } from '../client/renderer-client.ts';
import { shortUrl } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts, texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { NewUrl } from './new-url.tsx';
import { Note, Section } from './section.tsx';
import { SendersEntry } from './senders-entry.tsx';
import row from './entry-row.module.css';
import styles from './urls-section.module.css';
import { useAsked } from './use-asked.ts';

const words = settingsTexts.urls;

const ask = (call: Call): Promise<readonly CallbackUrlView[]> => call('callback:list');
/** A callback counts, and another public address changes all of them. */
const isNews = ({ name }: PageEvent): boolean => ['tasks:changed', 'tunnel:changed', 'resync'].includes(name);

/** The first one was named by the program, not by a person. */
const labelOf = ({ label }: CallbackUrlView): string => (label === firstUrlLabel ? words.first : label);

export function UrlsSection() {
  const { client, notices, describe, state } = useInbox();
  const { value, error, reload } = useAsked(ask, isNews);
  const [revoking, setRevoking] = useState<CallbackUrlView | null>(null);
  const [asking, setAsking] = useState(false);

  const changed = () => {
    reload();
    // The main one may be another now: the foot of the rail copies it.
    client
      .call('tunnel:details')
      .then(({ status }) => state.receive({ name: 'tunnel:changed', data: status }))
      .catch(() => undefined);
  };
  const revoke = (url: CallbackUrlView) => {
    client.call('callback:revoke', url.id).then(
      () => {
        notices.post({ text: words.revoked(labelOf(url)) });
        changed();
      },
      (cause: unknown) => void notices.post({ text: describe(cause), kind: 'bad' }),
    );
  };

  return (
    <Section name="urls" title={words.title} intro={words.intro}>
      {error === null ? null : <Note tone="warn">{`${words.notLoaded} ${error}`}</Note>}
      {value === null ? null : (
        <ul className={styles['list']}>
          {value.map((url) => (
            <Row
              key={url.id}
              url={url}
              onRevoke={() => {
                setRevoking(url);
                setAsking(true);
              }}
            />
          ))}
        </ul>
      )}
      <NewUrl onCreated={changed} />
      <SendersEntry />
      {/* The question keeps its words while it fades away. */}
      <Confirm
        open={asking}
        title={words.confirmTitle(revoking === null ? '' : labelOf(revoking))}
        detail={revoking?.isMain === true ? words.confirmMain : words.confirm}
        action={words.revokeShort}
        onConfirm={() => revoking !== null && revoke(revoking)}
        onClose={() => setAsking(false)}
      />
    </Section>
  );
}

function Row({ url, onRevoke }: { readonly url: CallbackUrlView; readonly onRevoke: () => void }) {
  const { actions, format, now } = useInbox();
  const present = useStore(now, (value) => value);
  const facts = [
    url.createdAt === '' ? null : words.created(format.age(url.createdAt, present)),
    url.lastUsedAt === null ? words.neverUsed : words.lastUsed(format.age(url.lastUsedAt, present)),
    words.callbacks(url.count, format.number(url.count)),
  ];
  return (
    <li className={row['row']}>
      <div className={row['text']}>
        <p className={row['name']}>
          <strong>{labelOf(url)}</strong>
          {url.isMain ? (
            <span className={styles['badge']} title={words.mainDetail}>
              {words.main}
            </span>
          ) : null}
          {url.project === null ? null : <span className={styles['tag']}>{words.project(url.project)}</span>}
        </p>
        <p className={styles['url']} dir="ltr">
          {shortUrl(url.url)}
        </p>
        <p className={row['facts']}>{facts.filter((fact) => fact !== null).join(texts.common.separator)}</p>
      </div>
      <div className={row['actions']}>
        <Button aria-label={words.copy(labelOf(url))} onClick={() => void actions.copy(url.url, words.copied)}>
          {words.copyShort}
        </Button>
        <Button aria-label={words.revoke(labelOf(url))} onClick={onRevoke}>
          {words.revokeShort}
        </Button>
      </div>
    </li>
  );
}
