import { useCallback, useEffect, useRef, useState } from 'react';
import { InboxError } from '../../src-main/common/errors.ts';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { Call } from '../client/renderer-client.ts';
import { useInbox } from '../inbox.ts';

export interface Asked<T> {
  /** `null` until the first answer. */
  readonly value: T | null;
  /** Why the last question was not answered, as a sentence. */
  readonly error: string | null;
  readonly reload: () => void;
  /** Takes over what another call answered; questions that are under way no longer count. */
  readonly set: (value: T) => void;
  /**
   * Shows what the person wishes at once, and then what the core answers to it. What is heard meanwhile does not count: it
   * was said before the wish, and would take away for a moment what the person goes on with. Rejects as `work` does.
   */
  readonly change: (wished: T, work: () => Promise<T>) => Promise<void>;
}

/** Events come in bursts while much arrives; one question answers them all. */
const settleMs = 300;

/**
 * Something the core knows, asked for at once and again whenever an event makes it old; where the event carries it, that
 * is taken. What could not be asked for is asked again once the core is heard of again.
 * Both arguments must stay the same from render to render.
 */
export function useAsked<T>(
  ask: (call: Call) => Promise<T>,
  isNews: (event: PageEvent) => boolean | { readonly value: T },
): Asked<T> {
  const { client, describe } = useInbox();
  const [state, setState] = useState<Pick<Asked<T>, 'value' | 'error'>>({ value: null, error: null });
  const turn = useRef(0);
  const isMissing = useRef(false);
  /** Wishes that are not answered yet. */
  const wishes = useRef(0);

  const reload = useCallback(() => {
    turn.current += 1;
    const mine = turn.current;
    ask(client.call.bind(client)).then(
      (value) => {
        if (mine !== turn.current || wishes.current > 0) return;
        isMissing.current = false;
        setState({ value, error: null });
      },
      (error: unknown) => {
        if (mine !== turn.current) return;
        isMissing.current = error instanceof InboxError && error.code === 'unavailable';
        setState((old) => ({ ...old, error: describe(error) }));
      },
    );
  }, [ask, client, describe]);

  const set = useCallback((value: T) => {
    turn.current += 1;
    setState({ value, error: null });
  }, []);

  const change = useCallback(
    async (wished: T, work: () => Promise<T>) => {
      wishes.current += 1;
      set(wished);
      const mine = turn.current;
      try {
        const value = await work().finally(() => void (wishes.current -= 1));
        if (mine === turn.current) set(value);
        else if (wishes.current === 0) reload(); // of two answers nobody knows which is the later one
      } catch (cause) {
        reload();
        throw cause;
      }
    },
    [reload, set],
  );

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    reload();
    const undo = client.subscribe((event) => {
      const news = isNews(event) || (isMissing.current && event.name === 'resync');
      if (typeof news === 'object' && wishes.current === 0) set(news.value);
      if (timer !== null || news !== true) return;
      timer = setTimeout(() => {
        timer = null;
        reload();
      }, settleMs);
    });
    return () => {
      undo();
      if (timer !== null) clearTimeout(timer);
      turn.current += 1;
    };
  }, [client, reload, set, isNews]);

  return { ...state, reload, set, change };
}
