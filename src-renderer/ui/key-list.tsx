import styles from './key-list.module.css';
import { keyNames } from './key-names.ts';

/** Keys as `keyNames` takes them. The meaning is asked for when it is shown: a language may come after the list was made. */
export type KeyRow = readonly [keys: readonly string[], meaning: () => string];

interface KeyListProps {
  readonly rows: readonly KeyRow[];
}

/** Which key does what, in lines that are scanned by their end. */
export function KeyList({ rows }: KeyListProps) {
  return (
    <dl className={styles['list']}>
      {rows.map(([keys, meaning]) => (
        <div key={keys.join(' ')} className={styles['row']}>
          <dt>{meaning()}</dt>
          <dd dir="ltr">
            {keys.map((key) => (
              <kbd key={key}>{keyNames(key)}</kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
