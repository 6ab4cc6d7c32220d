import { type ComponentType, type ReactNode, useEffect, useState } from 'react';

/** A part of the interface in a file of its own, which is fetched when it is first shown or before. */
export interface LazyPart<P> {
  (props: P): ReactNode;
  /** Fetches it, so that showing it takes no time. */
  readonly prefetch: () => Promise<void>;
}

interface LazyOptions {
  /** For what nobody asked for: where it cannot be fetched, it is tried again after this long and the page goes on. */
  readonly retryAfterMs?: number;
}

/** Shows nothing until the part is here; from then on it is rendered at once, without a moment of waiting. */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
  { retryAfterMs }: LazyOptions = {},
): LazyPart<P> {
  let here: ComponentType<P> | null = null;
  let coming: Promise<ComponentType<P>> | null = null;

  function get(): Promise<ComponentType<P>> {
    coming ??= load().then(
      (part) => (here = part),
      (error: unknown) => {
        coming = null;
        throw error;
      },
    );
    return coming;
  }

  function Lazy(props: P): ReactNode {
    const [Part, setPart] = useState(() => here);
    const [failure, setFailure] = useState<{ readonly error: unknown } | null>(null);
    useEffect(() => {
      if (Part !== null) return undefined;
      let over = false;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const fetch = () =>
        void get().then(
          (part) => {
            if (!over) setPart(() => part);
          },
          (error: unknown) => {
            if (over) return;
            if (retryAfterMs === undefined) setFailure({ error });
            else timer = setTimeout(fetch, retryAfterMs);
          },
        );
      fetch();
      return () => {
        over = true;
        clearTimeout(timer);
      };
    }, [Part]);
    // For the error boundary, which offers to load the page again.
    if (failure !== null) throw failure.error;
    return Part === null ? null : <Part {...props} />;
  }

  return Object.assign(Lazy, {
    prefetch: () =>
      get().then(
        () => undefined,
        () => undefined, // asked for again when it is shown
      ),
  });
}

/** The same for a dialog: nothing of it exists until it is opened for the first time. */
export function lazyDialog<P extends { readonly open: boolean }>(load: () => Promise<ComponentType<P>>): LazyPart<P> {
  const Dialog = lazyPart(load);
  function LazyDialog(props: P): ReactNode {
    const [wasOpen, setWasOpen] = useState(props.open);
    if (props.open && !wasOpen) setWasOpen(true);
    return wasOpen ? <Dialog {...props} /> : null;
  }
  return Object.assign(LazyDialog, { prefetch: Dialog.prefetch });
}
