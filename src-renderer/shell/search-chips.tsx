import { BookmarkPlus, X } from 'lucide-react';
import { useState } from 'react';
import { parseSearch, withoutTerm } from '../../src-main/common/search/parse-search.ts';
import { useInbox } from '../inbox.ts';
import { isFiltered } from '../router/route.ts';
import { TextInput } from '../settings/text-input.tsx';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { isComposing } from '../ui/key-of.ts';
import styles from './search-chips.module.css';
import { focusSearch } from './use-global-keys.ts';

/** What was understood of the search, each to be taken out again; and the whole of it to be kept as a view. */
export function SearchChips() {
  const { router, prefs, list: tasks } = useInbox();
  const list = useStore(router, (value) => value.list);
  const views = useStore(prefs, (value) => value.views);
  const [naming, setNaming] = useState<string | null>(null);
  const terms = parseSearch(list.text);
  const understood = terms.map((term, at) => ({ ...term, at })).filter(({ condition }) => condition.kind !== 'words');
  const isKept = views.some((view) => JSON.stringify(view.list) === JSON.stringify(list));
  const corrected = useStore(tasks, (value) => value.corrected);
  if (!isFiltered(list) || (understood.length === 0 && isKept && corrected === null)) return null;

  const keep = () => {
    const name = (naming ?? '').trim();
    if (name !== '') prefs.update((all) => ({ ...all, views: [...all.views, { name, list }] }));
    setNaming(null);
    focusSearch();
  };
  return (
    <div className={styles['bar']} role="group" aria-label={texts.search.understood}>
      {understood.map(({ source, at }) => (
        <button
          key={`${at} ${source}`}
          type="button"
          className={styles['chip']}
          aria-label={texts.search.takeOut(source)}
          onClick={(event) => {
            if (event.detail === 0) focusSearch();
            router.push({ taskKey: null, list: { ...list, text: withoutTerm(list.text, at) } });
          }}
        >
          <bdi>{source}</bdi>
          <X size={13} aria-hidden />
        </button>
      ))}
      {corrected === null ? null : <p role="status">{texts.grid.corrected(list.text, corrected)}</p>}
      {isKept ? null : naming === null ? (
        <Button kind="quiet" className={styles['keep']} onClick={() => setNaming('')}>
          <BookmarkPlus size={14} aria-hidden />
          {texts.search.keepView}
        </Button>
      ) : (
        <form
          className={styles['name']}
          onSubmit={(event) => {
            event.preventDefault();
            keep();
          }}
        >
          <TextInput
            autoFocus
            aria-label={texts.search.viewName}
            placeholder={texts.search.viewName}
            maxLength={40}
            value={naming}
            onText={setNaming}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || isComposing(event.nativeEvent)) return;
              event.preventDefault();
              setNaming(null);
              focusSearch();
            }}
          />
          <Button type="submit">{texts.search.keep}</Button>
        </form>
      )}
    </div>
  );
}
