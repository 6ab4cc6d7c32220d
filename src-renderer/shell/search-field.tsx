import { Search, X } from 'lucide-react';
import { type ClipboardEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { openTermOf, withTerm, withoutOpenField } from '../../src-main/common/search/complete-search.ts';
import { searchLimit } from '../../src-main/common/task-query.ts';
import { useInbox } from '../inbox.ts';
import type { Router } from '../router/router.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { isComposing } from '../ui/key-of.ts';
import { Completions, optionId } from './completions.tsx';
import styles from './search-field.module.css';
import { useCompletions } from './use-completions.ts';
import { focusCard, searchFieldId } from './use-global-keys.ts';

const pauseMs = 120;

/** A prompt has lines, a field has none: without this the last word of one and the first of the next would be one word. */
function pasteInOneLine(event: ClipboardEvent<HTMLInputElement>): void {
  const text = event.clipboardData.getData('text/plain');
  if (!/[\r\n]/.test(text)) return;
  event.preventDefault();
  const field = event.currentTarget;
  const [from, to] = [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length];
  const room = searchLimit - (field.value.length - (to - from));
  field.setRangeText(text.replaceAll(/\s+/g, ' ').trim().slice(0, room), from, to, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Back to the cards, where the keys do something. */
function leave(field: HTMLElement): void {
  if (!focusCard()) field.blur();
}

function tellRoute(router: Router, text: string): void {
  const route = router.get();
  router.replace({ ...route, list: { ...route.list, text } });
}

/** The search: what is typed becomes the address, and so the list, after a short pause. */
export function SearchField() {
  const { router, list, format } = useInbox();
  const text = useStore(router, (route) => route.list.text);
  const total = useStore(list, (value) => (value.query?.text === text && text.trim() !== '' ? value.total : null));
  const listId = useId();
  const [draft, setDraft] = useState(text);
  const [sent, setSent] = useState(text);
  /** Only who types is offered something; Escape and a choice end it. */
  const [isCompleting, setCompleting] = useState(false);
  /** By its term: others may come to its place. */
  const [chosen, setChosen] = useState<string | null>(null);
  // The address changed by other means (back, a view, "Clear filters"): the field follows.
  if (text !== sent) {
    setSent(text);
    setDraft(text);
    setCompleting(false);
  }
  const offers = useCompletions(draft, isCompleting);
  const at = offers.findIndex(({ term }) => term === chosen);
  const active = at < 0 ? null : at;
  const wanted = withoutOpenField(draft);

  useEffect(() => {
    if (wanted === sent) return undefined;
    const timer = setTimeout(() => {
      setSent(wanted);
      tellRoute(router, wanted);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [wanted, sent, router]);

  /** What the rows in sight answer. */
  const answered = useStore(list, (value) => (value.status === 'ready' ? (value.query?.text ?? null) : null));
  /** The search whose first card is to have the focus: those in sight may still be of the one before. */
  const awaited = useRef<string | null>(null);
  useEffect(() => {
    if (awaited.current === null || awaited.current !== answered) return;
    awaited.current = null;
    // Who went elsewhere meanwhile stays there.
    if (document.activeElement?.id === searchFieldId) requestAnimationFrame(() => focusCard());
  }, [answered]);
  const goToFirst = () => {
    if (wanted !== sent) {
      setSent(wanted);
      tellRoute(router, wanted);
    }
    if (answered === wanted) focusCard();
    else awaited.current = wanted;
  };

  const write = (next: string) => {
    awaited.current = null;
    setDraft(next);
    setChosen(null);
    setCompleting(next !== '');
  };
  const close = () => {
    setCompleting(false);
    setChosen(null);
  };
  const accept = (term: string) => {
    const open = openTermOf(draft);
    if (open !== null) write(withTerm(open, term));
  };
  const move = (step: 1 | -1) => {
    // Between the last and the first is the field itself.
    const places = offers.length + 1;
    const next = ((active ?? offers.length) + step + places) % places;
    setChosen(offers[next]?.term ?? null);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    // Keys of who chooses among characters (Chinese, Japanese) are not for the search.
    if (isComposing(event.nativeEvent)) return;
    const isOffered = offers.length > 0;
    if ((event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey && chosen !== null && active !== null) {
      event.preventDefault();
      accept(chosen);
    } else if (isOffered && (event.key === 'ArrowDown' || event.key === 'ArrowUp') && !event.altKey) {
      event.preventDefault();
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' || (event.key === 'ArrowDown' && (draft === '' || isCompleting))) {
      event.preventDefault();
      goToFirst();
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      setCompleting(true);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (isOffered) close();
      else if (draft === '') leave(event.currentTarget);
      else write('');
    }
  };

  return (
    <div className={styles['field']} role="search">
      <Search size={15} aria-hidden className={styles['icon']} />
      <input
        id={searchFieldId}
        type="search"
        {...(draft === '' ? {} : { dir: 'auto' })}
        role="combobox"
        className={styles['input']}
        aria-label={texts.bar.search}
        aria-keyshortcuts="/"
        aria-autocomplete="list"
        aria-expanded={offers.length > 0}
        aria-controls={listId}
        {...(active === null ? {} : { 'aria-activedescendant': optionId(listId, active) })}
        placeholder={texts.bar.searchPlaceholder}
        autoComplete="off"
        spellCheck={false}
        value={draft}
        maxLength={searchLimit}
        onPaste={pasteInOneLine}
        onChange={(event) => write(event.currentTarget.value)}
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      <Completions id={listId} offers={offers} active={active} onAccept={accept} />
      {total === null || wanted !== text ? null : (
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
            write('');
            document.getElementById(searchFieldId)?.focus();
          }}
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </div>
  );
}
