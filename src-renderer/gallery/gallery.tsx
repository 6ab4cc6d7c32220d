import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { EmptyView, FirstStart, Message, NothingFound } from './empty.tsx';
import styles from './gallery.module.css';
import { Grid } from './grid.tsx';
import { isFiltered } from '../router/route.ts';
import { TableFoot } from '../shell/lazy-parts.ts';
import { SelectionBar } from './selection-bar.tsx';
import { useEmptiedFocus } from './use-emptied-focus.ts';

/** @param openKey the task that lies over the grid at the moment. */
export function Gallery({ openKey }: { readonly openKey: string | null }) {
  const { list, router, state, prefs } = useInbox();
  const isTable = useStore(prefs, ({ layout }) => layout === 'table');
  const rows = useStore(list, (value) => value);
  const route = useStore(router, (value) => value.list);
  const counts = useStore(state, (value) => value.counts);
  const connection = useStore(state, (value) => value.connection);
  const view = rows.query?.view ?? route.view;
  useEmptiedFocus(rows.query !== null && rows.total === 0, openKey);
  // The videos of another view under this one's name would be wrong.
  if (connection !== 'online' && rows.query !== null && view !== route.view) {
    return <Message title={texts.errors.loadList} detail={texts.connection[connection]} />;
  }
  if (rows.status === 'failed' && rows.total === 0) {
    return (
      <Message title={texts.errors.loadList} detail={rows.error ?? texts.errors.unexpected}>
        <Button onClick={() => list.reload()}>{texts.common.tryAgain}</Button>
      </Message>
    );
  }
  if (rows.query === null) return <div className={styles['wait']} aria-busy="true" />;
  if (rows.total === 0) {
    if (isFiltered(rows.query)) return <NothingFound route={route} />;
    if (counts === null) return <div className={styles['wait']} aria-busy="true" />;
    // The first one that came is counted before it is in the list.
    const isFirst = counts.trash === 0 && (view === 'library' || (view === 'inbox' && counts.library === 0));
    return isFirst ? <FirstStart /> : <EmptyView view={view} />;
  }
  return (
    <>
      <SelectionBar view={view} />
      <Grid openKey={openKey} view={view} />
      {isTable ? <TableFoot /> : null}
    </>
  );
}
