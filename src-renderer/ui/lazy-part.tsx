import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { loadPatiently, type Patience } from './load-patiently.ts';

/** A part of the interface in a file of its own, which is fetched when it is first shown or before. */
export interface LazyPart<P> {
  (props: P): ReactNode;
  /** Fetches it, so that showing it takes no time. */
  readonly prefetch: () => Promise<void>;
}

/**
 * From when the part is here it is rendered at once, without a moment of waiting.
 * @param Coming what is shown until then, else nothing.
 */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
  patience?: Patience,
  Coming?: ComponentType,
): LazyPart<P> {
  let here: ComponentType<P> | null = null;
  let coming: Promise<ComponentType<P>> | null = null;

  function get(): Promise<ComponentType<P>> {
    coming ??= loadPatiently(load, patience).then(
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
      get().then(
        (part) => over || setPart(() => part),
        (error: unknown) => over || setFailure({ error }),
      );
      return () => {
        over = true;
      };
    }, [Part]);
    // For the error boundary, which offers to load the page again.
    if (failure !== null) throw failure.error;
    if (Part !== null) return <Part {...props} />;
    return Coming === undefined ? null : <Coming />;
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
