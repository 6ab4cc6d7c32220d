import { type ReactNode, useState } from 'react';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { orderFactsOf } from '../../src-main/common/search/task-order.ts';
import { useInbox } from '../inbox.ts';
import { enCull as words } from '../texts/en-cull.ts';
import { texts } from '../texts/texts.ts';
import styles from './cull.module.css';

interface CullAsideProps {
  readonly takes: readonly TaskView[];
  readonly picked: readonly TaskView[];
  readonly children: ReactNode;
}

/** The measure of the takes: what they were made from, and what they cost. */
export function CullAside({ takes, picked, children }: CullAsideProps) {
  const { client, format } = useInbox();
  const [first] = takes;
  const sourceFile = first?.sources?.[0] ?? null;
  const spent = takes.reduce((sum, task) => sum + orderFactsOf(task).cost, 0);
  const seconds = picked.reduce((sum, task) => sum + orderFactsOf(task).seconds, 0);
  return (
    <aside className={styles['aside']} aria-label={words.prompt} tabIndex={0}>
      {first === undefined || sourceFile === null ? null : (
        <>
          <h2>{words.source}</h2>
          {/\.(mp4|m4v|mov|webm|mkv)$/i.test(sourceFile.path) ? (
            <SourceFilm url={client.sourceUrl(first.key, 1)} />
          ) : (
            <img className={styles['source']} src={client.sourceUrl(first.key, 1)} alt={words.source} />
          )}
        </>
      )}
      <h2>{words.prompt}</h2>
      <p className={styles['prompt']} dir="auto">
        {first?.prompt}
      </p>
      <dl>
        {spent === 0 ? null : (
          <div>
            <dt>{words.spent}</dt>
            <dd>{texts.details.credits(spent, format.decimal(spent))}</dd>
          </div>
        )}
        {seconds === 0 ? null : (
          <div>
            <dt>{words.kept}</dt>
            <dd>
              {spent === 0
                ? words.keptSeconds(format.decimal(seconds))
                : words.perSecond(format.decimal(seconds), format.decimal(spent / seconds))}
            </dd>
          </div>
        )}
      </dl>
      {children}
    </aside>
  );
}

/** Its controls come with the pointer or the focus: until then it is a picture to judge by. */
function SourceFilm({ url }: { readonly url: string }) {
  const [isNear, setNear] = useState(false);
  return (
    <video
      className={styles['source']}
      src={url}
      controls={isNear}
      tabIndex={0}
      muted
      playsInline
      preload="metadata"
      aria-label={words.source}
      onPointerEnter={() => setNear(true)}
      onPointerLeave={() => setNear(false)}
      onFocus={() => setNear(true)}
    />
  );
}
