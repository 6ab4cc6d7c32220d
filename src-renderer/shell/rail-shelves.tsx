import { Clock, Inbox, Library, ListFilter, type LucideIcon, Star, Trash2, TriangleAlert, X } from 'lucide-react';
import { views, type View } from '../../src-main/common/task-query.ts';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { formatRoute, type ListRoute, startList } from '../router/route.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { focusNeighbour } from '../ui/focus-neighbour.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { type OnNavigate, RailLink } from './rail-link.tsx';
import styles from './rail.module.css';

const icons: Record<View, LucideIcon> = {
  inbox: Inbox,
  library: Library,
  starred: Star,
  waiting: Clock,
  failed: TriangleAlert,
  trash: Trash2,
};

/** A list, or `null` behind another screen. */
const useShownList = (): ListRoute | null =>
  useStore(useInbox().router, ({ screen, list }) => (screen === undefined ? list : null));

export function Shelves({ onNavigate }: OnNavigate) {
  const { state, router } = useInbox();
  const counts = useStore(state, (value) => value.counts);
  const order = useStore(router, ({ list }) => list.order);
  const shown = useShownList();
  return (
    <ul>
      {views.map((view) => (
        <RailLink
          key={view}
          icon={icons[view]}
          name={texts.views[view]}
          count={counts?.[view] ?? null}
          href={formatRoute({ list: { ...startList, view, order }, taskKey: null })}
          current={shown?.view === view && shown.provider === null}
          onNavigate={onNavigate}
        />
      ))}
    </ul>
  );
}

/** What the person searched for and kept. */
export function KeptViews({ onNavigate }: OnNavigate) {
  const { prefs } = useInbox();
  const kept = useStore(prefs, ({ views: all }) => all);
  const shown = useShownList();
  if (kept.length === 0) return null;
  return (
    <>
      <h2 className={styles['heading']}>{texts.search.views}</h2>
      <ul>
        {kept.map((view, at) => (
          <li key={`${at} ${view.name}`} className={styles['view']}>
            <a
              className={styles['link']}
              href={formatRoute({ list: view.list, taskKey: null })}
              aria-current={shown !== null && isSameList(view.list, shown) ? 'page' : undefined}
              onClick={onNavigate}
            >
              <ListFilter size={16} aria-hidden />
              <span className={styles['name']} dir="auto">
                {view.name}
              </span>
            </a>
            <IconButton
              label={texts.search.forget(view.name)}
              onClick={({ currentTarget }) => {
                focusNeighbour(currentTarget, 'a', currentTarget.closest('nav')?.querySelector('a'));
                prefs.update((all) => ({ ...all, views: all.views.filter((_, i) => i !== at) }));
              }}
            >
              <X size={14} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
    </>
  );
}

const isSameList = (a: ListRoute, b: ListRoute): boolean => JSON.stringify(a) === JSON.stringify(b);

export function Providers({ onNavigate }: OnNavigate) {
  const { state, router } = useInbox();
  const providers = useStore(state, ({ counts }) => counts?.providers);
  const order = useStore(router, ({ list }) => list.order);
  const shown = useShownList();
  if (providers === undefined || providers.length === 0) return null;
  return (
    <>
      <h2 className={styles['heading']}>{texts.rail.providers}</h2>
      <ul>
        {providers.map(({ provider, count }) => (
          <RailLink
            key={provider}
            name={providerTitle(provider)}
            count={count}
            href={formatRoute({ list: { ...startList, provider, order }, taskKey: null })}
            current={shown?.provider === provider}
            onNavigate={onNavigate}
          />
        ))}
      </ul>
    </>
  );
}
