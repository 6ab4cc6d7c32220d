import { Search, X } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { completeSearch } from './complete-search.ts';
import styles from './search-field.module.css';
import { searchFieldId } from './use-global-keys.ts';

const pauseMs = 120;

/** The search: what is typed becomes the address, and so the list, after a short pause. */
export function SearchField() {
  const { router, list, labels, state, format } = useInbox();
  const text = useStore(router, (route) => route.list.text);
  const known = useStore(labels, (value) => value);
  const providers = useStore(state, (value) => value.counts?.providers);
  const total = useStore(list, (value) => (value.query?.text === text && text.trim() !== '' ? value.total : null));
  const listId = useId();
  const [draft, setDraft] = useState(text);
  const [sent, setSent] = useState(text);
  // The address changed by other means (back, a shelf, "Clear filters"): the field follows.
  if (text !== sent) {
    setSent(text);
    setDraft(text);
  }

  useEffect(() => {
    if (draft === sent) return undefined;
    const timer = setTimeout(() => {
      setSent(draft);
      const route = router.get();
      router.replace({ ...route, list: { ...route.list, text: draft } });
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [draft, sent, router]);

  return (
    <div className={styles['field']} role="search">
      <Search size={15} aria-hidden className={styles['icon']} />
      <input
        id={searchFieldId}
        type="search"
        className={styles['input']}
        aria-label={texts.bar.search}
        aria-keyshortcuts="/"
        list={listId}
        placeholder={texts.bar.searchPlaceholder}
        autoComplete="off"
        spellCheck={false}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || (event.key === 'ArrowDown' && draft === '')) {
            event.preventDefault();
            document.querySelector<HTMLElement>('[data-task] [data-open][tabindex="0"]')?.focus();
          }
          if (event.key !== 'Escape') return;
          event.preventDefault();
          if (draft === '') event.currentTarget.blur();
          else setDraft('');
        }}
      />
      <datalist id={listId}>
        {completeSearch(
          draft,
          known,
          (providers ?? []).map(({ name }) => name),
        ).map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      {total === null || draft !== text ? null : (
        <span className={styles['total']} aria-hidden>
          {texts.grid.results(total, format.number(total))}
        </span>
      )}
      {draft === '' ? (
        <kbd className={styles['key']} aria-hidden>
          /
        </kbd>
      ) : (
        <button
          type="button"
          className={styles['clear']}
          aria-label={texts.bar.clearSearch}
          onClick={() => {
            setDraft('');
            document.getElementById(searchFieldId)?.focus();
          }}
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </div>
  );
}
