import { Copy, Grid2x2, GalleryThumbnails, Layers, Menu as MenuIcon, Table2, X } from 'lucide-react';
import { stateFilters, type StateFilter, type View } from '../../src-main/common/task-query.ts';
import { wordsOf } from '../../src-main/common/search/rank.ts';
import type { TaskOrder } from '../../src-main/common/search/task-order.ts';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import type { ListRoute } from '../router/route.ts';
import { cardWidths } from '../store/prefs.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { useCallbackUrl } from '../tunnel/use-callback-url.ts';
import { Choice } from '../ui/choice.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Range } from '../ui/range.tsx';
import styles from './bar.module.css';
import { SearchField } from './search-field.tsx';

/** What no task of a view is but one in a thousand, or all of them are. */
const pointless: Partial<Record<View, readonly StateFilter[]>> = {
  waiting: ['ready'],
  failed: ['ready', 'downloading', 'failed'],
};
const orders: readonly TaskOrder[] = ['newest', 'oldest', 'largest', 'longest', 'expires', 'title', 'cost', 'rating'];

const layouts = [
  { name: 'even', icon: Grid2x2 },
  { name: 'shapes', icon: GalleryThumbnails },
  { name: 'table', icon: Table2 },
] as const;

/** What of the view is shown, and how. */
export function Bar({ onMenu }: { readonly onMenu: () => void }) {
  const { router, state, prefs, actions } = useInbox();
  const list = useStore(router, (value) => value.list);
  // Nothing to narrow, to order or to lay out yet.
  const isFresh = useStore(state, ({ counts }) => counts !== null && counts.library === 0 && counts.trash === 0);
  const url = useCallbackUrl();
  const layout = useStore(prefs, (value) => value.layout);
  const cardWidth = useStore(prefs, (value) => value.cardWidth);
  const go = (next: Partial<ListRoute>) => router.push({ taskKey: null, list: { ...list, ...next } });
  const shownOrders = [
    ...(wordsOf(list.text).length > 0 || list.order === 'best' ? ['best' as const] : []),
    ...orders,
    ...(orders.includes(list.order) || list.order === 'best' ? [] : [list.order]),
  ];
  // One that an address asks for can be taken away again.
  const possible = stateFilters.filter((each) => each === list.state || pointless[list.view]?.includes(each) !== true);
  const shownStates = possible.length > 1 ? possible : [];
  const provider = list.provider === null ? null : providerTitle(list.provider);

  return (
    <header className={styles['bar']} aria-label={texts.bar.label} data-fresh={isFresh || undefined}>
      <div className={styles['narrow']}>
        <IconButton label={texts.rail.openMenu} onClick={onMenu}>
          <MenuIcon size={18} aria-hidden />
        </IconButton>
      </div>
      <SearchField />
      <div className={styles['narrow']}>
        <IconButton
          label={texts.reach.copyUrl}
          disabled={url === null}
          onClick={() => url !== null && void actions.copy(url, texts.reach.copied)}
        >
          <Copy size={16} aria-hidden />
        </IconButton>
      </div>
      {shownStates.length > 0 || provider !== null ? (
        <div className={styles['chips']} role="group" aria-label={texts.bar.states}>
          {shownStates.map((each) => (
            <button
              key={each}
              type="button"
              className={styles['chip']}
              aria-pressed={list.state === each}
              onClick={() => go({ state: each })}
            >
              {texts.bar[each]}
            </button>
          ))}
          {provider === null ? null : (
            <button
              type="button"
              className={styles['chip']}
              aria-label={texts.bar.removeProvider(provider)}
              onClick={() => go({ provider: null })}
            >
              {provider}
              <X size={14} aria-hidden />
            </button>
          )}
        </div>
      ) : null}
      <div className={styles['view']}>
        <IconButton
          label={texts.bar.stacks}
          aria-pressed={list.stacked === true}
          onClick={() => go({ stacked: list.stacked !== true })}
        >
          <Layers size={16} aria-hidden />
        </IconButton>
        <div role="group" aria-label={texts.bar.layout} className={styles['layouts']}>
          {layouts.map(({ name, icon: Icon }) => (
            <IconButton
              key={name}
              label={texts.bar[name]}
              aria-pressed={layout === name}
              onClick={() => prefs.update((all) => ({ ...all, layout: name }))}
            >
              <Icon size={16} aria-hidden />
            </IconButton>
          ))}
        </div>
        <Choice
          label={texts.bar.order}
          value={list.order}
          options={shownOrders.map((value) => ({ value, text: texts.bar[value] }))}
          onChoose={(order) => go({ order, reverse: false })}
        />
        {layout === 'table' ? null : (
          <Range
            className={styles['slider']}
            label={texts.bar.cardSize}
            min={cardWidths.min}
            max={cardWidths.max}
            step={cardWidths.step}
            value={cardWidth}
            onValue={(value) => prefs.update((all) => ({ ...all, cardWidth: value }))}
          />
        )}
      </div>
    </header>
  );
}
