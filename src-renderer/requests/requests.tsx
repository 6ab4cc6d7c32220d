import { Search } from 'lucide-react';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { RequestQuery } from '../../src-main/common/requests.ts';
import { Message } from '../gallery/empty.tsx';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { Screen } from '../shell/screen.tsx';
import { isCovered } from '../shell/use-global-keys.ts';
import { useStore } from '../store/use-store.ts';
import { enRequestsScreen as words } from '../texts/en-requests-screen.ts';
import { texts } from '../texts/texts.ts';
import { useSendTest } from '../tunnel/use-send-test.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { RequestDetailPane } from './request-detail.tsx';
import { isBeside, RequestList } from './request-list.tsx';
import styles from './requests.module.css';
import { useRequests } from './use-requests.ts';

const shows: readonly RequestQuery['show'][] = ['all', 'refused', 'odd'];
const pageSize = 100;
/** As many as are kept, and one call takes. */
const mostShown = 10_000;
/** So many more by End: all of them again with each newcomer would be much. */
const mostAtOnce = 1000;
const typingPauseMs = 150;

/** What arrived at the public side and how it was answered: the list, and one of them whole. */
export function Requests() {
  const { router, format } = useInbox();
  const test = useSendTest();
  const n = useStore(router, ({ screen }) => (screen?.name === 'requests' ? screen.n : null));
  const [show, setShow] = useState<RequestQuery['show']>('all');
  const [provider, setProvider] = useState<string | null>(null);
  const [limit, setLimit] = useState(pageSize);
  const [draft, setDraft] = useState('');
  const [text, setText] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const detail = useRef<HTMLElement>(null);
  const { value, error, reload } = useRequests({ show, provider, text, limit });

  useEffect(() => {
    const timer = setTimeout(() => setText(draft), typingPauseMs);
    return () => clearTimeout(timer);
  }, [draft]);

  /** The request that was opened from the list and is shown in its place. */
  const opened = useRef<number | null>(null);
  const open = (next: number | null) => {
    const route = { ...router.get(), screen: { name: 'requests', n: next } } as const;
    if (next === null || n !== null || isBeside()) router.replace(route);
    else {
      opened.current = next;
      router.push(route);
    }
  };
  const close = () => {
    if (opened.current === null) open(null);
    else router.closeScreen();
  };
  useEffect(() => {
    if (opened.current === null) return;
    if (n !== null) {
      detail.current?.focus();
      return;
    }
    list.current?.querySelector<HTMLElement>(`[data-request="${opened.current}"]`)?.focus();
    opened.current = null;
  }, [n]);

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== 'F6' || isCovered()) return;
    event.preventDefault();
    if (detail.current?.contains(document.activeElement) === false) detail.current.focus();
    else list.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);

  const hasMore = value !== null && value.total > value.rows.length && limit < mostShown;
  const loadMore = (how: 'some' | 'many') =>
    setLimit(Math.min(mostShown, limit + (how === 'some' ? pageSize : mostAtOnce)));
  const counts = value?.counts;
  /** As long as the list is not here nobody knows how many. */
  const countOf = (each: 'refused' | 'odd'): string => (counts === undefined ? '…' : format.number(counts[each]));
  return (
    <Screen title={words.title}>
      <div className={styles['screen']} data-open={n !== null || undefined}>
        <div className={styles['filters']}>
          <div role="group" aria-label={words.filters} className={styles['chips']}>
            {shows.map((each) => (
              <button
                key={each}
                type="button"
                className={styles['chip']}
                aria-pressed={show === each}
                onClick={() => setShow(each)}
              >
                {each === 'all' ? words.all : words[each](countOf(each))}
              </button>
            ))}
          </div>
          {counts === undefined || counts.providers.length < 2 ? null : (
            <Choice
              label={words.provider}
              value={provider ?? ''}
              options={[
                { value: '', text: words.allProviders },
                ...counts.providers.map((each) => ({ value: each, text: providerTitle(each) })),
              ]}
              onChoose={(chosen) => setProvider(chosen === '' ? null : chosen)}
            />
          )}
          <div className={styles['search']} role="search">
            <Search size={15} aria-hidden />
            <input
              type="search"
              aria-label={words.search}
              placeholder={words.searchPlaceholder}
              autoComplete="off"
              spellCheck={false}
              value={draft}
              onChange={(event) => setDraft(event.currentTarget.value)}
            />
          </div>
        </div>
        <div ref={list} className={styles['list']}>
          {value === null ? (
            error === null ? null : (
              <Message title={words.notLoaded} detail={error}>
                <Button onClick={reload}>{texts.common.tryAgain}</Button>
              </Message>
            )
          ) : value.rows.length === 0 ? (
            value.counts.all === 0 ? (
              <Message title={words.emptyTitle} detail={words.emptyDetail}>
                <Button kind="primary" aria-disabled={test.sending} onClick={test.send}>
                  {test.sending ? texts.empty.sendingTest : words.sendTest}
                </Button>
              </Message>
            ) : (
              <Message title={words.nothing} detail={words.nothingDetail} />
            )
          ) : (
            <>
              <p className="visually-hidden" role="status">
                {words.total(value.total, format.number(value.total))}
              </p>
              <RequestList rows={value.rows} current={n} onOpen={open} onMore={hasMore ? loadMore : null} />
              {hasMore ? (
                <Button className={styles['more']} onClick={() => loadMore('some')}>
                  {words.more}
                </Button>
              ) : null}
            </>
          )}
        </div>
        <section ref={detail} tabIndex={-1} className={styles['detail']} aria-label={words.detail}>
          {n === null ? (
            <p className={styles['choose']}>{words.choose}</p>
          ) : (
            <RequestDetailPane key={n} n={n} onClose={close} />
          )}
        </section>
      </div>
    </Screen>
  );
}
