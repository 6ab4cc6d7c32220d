import { useState } from 'react';
import type { RequestDetail } from '../../src-main/common/requests.ts';
import { useInbox } from '../inbox.ts';
import { enRequestsScreen as words } from '../texts/en-requests-screen.ts';
import { Button } from '../ui/button.tsx';
import styles from './requests.module.css';

/** A larger one is shown when someone wants to see it, and as text. */
const atOnceCharacters = 200_000;
const deepest = 12;
const mostEntries = 200;

/** The body as a tree where it is JSON, else as it came. */
export function BodyView({ request }: { readonly request: RequestDetail }) {
  const { format } = useInbox();
  const { body, bodyEncoding, isCut } = request;
  const [wanted, setWanted] = useState<'tree' | 'text'>('tree');
  const [isShown, setShown] = useState(false);
  const isLarge = (body?.length ?? 0) > atOnceCharacters;
  const tree = body === null || bodyEncoding !== 'utf8' || isLarge ? undefined : parsed(body);
  const view = tree === undefined ? 'text' : wanted;

  return (
    <>
      <div className={styles['bodyHead']}>
        <h3>{words.body}</h3>
        {tree === undefined ? null : (
          <div role="group" aria-label={words.bodyView} className={styles['switch']}>
            {(['tree', 'text'] as const).map((each) => (
              <button key={each} type="button" aria-pressed={view === each} onClick={() => setWanted(each)}>
                {words[each]}
              </button>
            ))}
          </div>
        )}
      </div>
      {isCut ? <p className={styles['note']}>{words.bodyCut}</p> : null}
      {bodyEncoding === 'base64' && body !== null ? <p className={styles['note']}>{words.binary}</p> : null}
      {body === null ? (
        <p className={styles['note']}>{words.bodyNotKept}</p>
      ) : body === '' ? (
        <p className={styles['note']}>{words.bodyEmpty}</p>
      ) : isLarge && !isShown ? (
        <p className={styles['note']}>
          {words.bodyLarge(format.size(body.length))} <Button onClick={() => setShown(true)}>{words.showBody}</Button>
        </p>
      ) : view === 'text' ? (
        <pre className={styles['body']} tabIndex={0} aria-label={words.body}>
          {body}
        </pre>
      ) : (
        <div className={styles['body']} tabIndex={0} role="group" aria-label={words.body}>
          <Node value={tree} depth={0} videos={new Set(request.result?.videoUrls)} />
        </div>
      )}
    </>
  );
}

/** `undefined` where it is no JSON object or list. */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

interface NodeProps {
  readonly value: unknown;
  readonly depth: number;
  readonly videos: ReadonlySet<string>;
}

function Node({ value, depth, videos }: NodeProps) {
  if (typeof value === 'object' && value !== null) {
    const entries: (readonly [string, unknown])[] = Object.entries(value);
    if (depth >= deepest) return <span>…</span>;
    return (
      <ul className={styles['tree']}>
        {entries.slice(0, mostEntries).map(([name, each]) => (
          <li key={name}>
            <span className={styles['name']}>{name}</span> <Node value={each} depth={depth + 1} videos={videos} />
          </li>
        ))}
        {entries.length > mostEntries ? <li>…</li> : null}
      </ul>
    );
  }
  if (typeof value !== 'string') return <span data-kind="other">{String(value)}</span>;
  const inner = /^\s*[[{]/.test(value) ? parsed(value) : undefined;
  if (inner !== undefined) {
    return (
      <>
        <span className={styles['aside']}>{words.jsonText}</span>
        <Node value={inner} depth={depth + 1} videos={videos} />
      </>
    );
  }
  return (
    <>
      <span data-kind="text" data-video={videos.has(value) || undefined}>
        “{value}”
      </span>
      {videos.has(value) ? <span className={styles['aside']}> {words.asVideo}</span> : null}
    </>
  );
}
