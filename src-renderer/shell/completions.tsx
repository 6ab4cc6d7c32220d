import { useEffect, useRef } from 'react';
import type { Completion } from '../../src-main/common/search/complete-search.ts';
import { useInbox } from '../inbox.ts';
import { texts } from '../texts/texts.ts';
import styles from './completions.module.css';

interface CompletionsProps {
  readonly id: string;
  readonly offers: readonly Completion[];
  readonly active: number | null;
  readonly onAccept: (term: string) => void;
}

export const optionId = (listId: string, at: number): string => `${listId}-${at}`;

/** The list below the search, whose field keeps the focus. There without offers as well: the field names it. */
export function Completions({ id, offers, active, onAccept }: CompletionsProps) {
  const { format } = useInbox();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    if (active !== null) list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <ul
      id={id}
      ref={list}
      role="listbox"
      aria-label={texts.search.completions}
      className={styles['list']}
      hidden={offers.length === 0}
    >
      {offers.map(({ term, count }, at) => (
        <li
          key={term}
          id={optionId(id, at)}
          role="option"
          aria-selected={at === active}
          className={styles['option']}
          // The field must not lose the focus to what is chosen from.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onAccept(term)}
        >
          <Term term={term} />
          {count === null ? null : (
            <span className={styles['count']}>{texts.grid.results(count, format.number(count))}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Term({ term }: { readonly term: string }) {
  const [, field = '', value = term] = /^([a-z]+:)(.*)$/s.exec(term) ?? [];
  return (
    <bdi className={styles['term']}>
      {field === '' ? null : <span className={styles['name']}>{field}</span>}
      {value.replaceAll('"', '')}
    </bdi>
  );
}
