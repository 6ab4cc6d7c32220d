import { useCallback, useEffect, useState } from 'react';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { MadeBefore } from '../../src-main/common/loop-calls.ts';
import type { Order } from '../../src-main/common/submit-form.ts';
import type { Call } from '../client/renderer-client.ts';
import { useInbox } from '../inbox.ts';
import { formatRoute } from '../router/route.ts';
import { useAsked } from '../settings/use-asked.ts';
import { useStore } from '../store/use-store.ts';
import { enSubmit as words } from '../texts/en-submit.ts';
import styles from './new-video.module.css';

const isNews = ({ name }: PageEvent): boolean => name === 'tasks:changed' || name === 'resync';
/** While somebody types nothing is asked. */
const restMs = 400;
const none: readonly null[] = [];

/** For each order whether the same was paid for before; empty until that is known. */
export function useMadeBefore(orders: readonly Order[]): readonly (MadeBefore | null)[] {
  const wanted = JSON.stringify(orders);
  const [rested, setRested] = useState('[]');
  useEffect(() => {
    const timer = setTimeout(() => setRested(wanted), restMs);
    return () => clearTimeout(timer);
  }, [wanted]);
  const ask = useCallback(
    async (call: Call) => {
      const asked = JSON.parse(rested) as readonly Order[];
      return { of: rested, found: asked.length === 0 ? none : await call('submissions:madeBefore', asked) };
    },
    [rested],
  );
  const { value } = useAsked(ask, isNews);
  return value?.of === wanted ? value.found : none;
}

/** With a way to what was made. */
export function MadeBeforeNote({ made }: { readonly made: MadeBefore }) {
  const { format, now, router } = useInbox();
  const list = useStore(router, (value) => value.list);
  return (
    <p className={styles['note']} role="status">
      {words.madeBefore(format.moment(made.at, now.get()))}{' '}
      <a href={formatRoute({ list, taskKey: made.key })}>{words.openTask}</a>
    </p>
  );
}
