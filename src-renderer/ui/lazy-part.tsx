import { type ComponentType, type ReactNode, useEffect, useState } from 'react';
import { loadAtLast } from './load-patiently.ts';
import { sayNotLoaded } from './say-not-loaded.ts';

/** A part of the interface in a file of its own, which is fetched when it is first shown or before. */
export interface LazyPart<P> {
  (props: P): ReactNode;
  /** Fetches it, so that showing it takes no time. */
  readonly prefetch: () => Promise<void>;
}

/**
 * From when the part is here it is rendered at once, without a moment of waiting.
 * @param Coming what is shown until then, and where it came and broke, else nothing.
 */
export function lazyPart<P extends object>(
  load: () => Promise<ComponentType<P>>,
  Coming?: ComponentType<{ readonly isBroken: boolean }>,
): LazyPart<P> {
  let here: ComponentType<P> | null = null;
  let coming: Promise<ComponentType<P>> | null = null;

  const get = (): Promise<ComponentType<P>> =>
    (coming ??= loadAtLast(load, sayNotLoaded).then((part) => (here = part)));

  function Lazy(props: P): ReactNode {
    const [Part, setPart] = useState(() => here);
    const [isBroken, setBroken] = useState(false);
    useEffect(() => {
      if (Part !== null) return undefined;
      let over = false;
      get().then(
        (part) => over || setPart(() => part),
        () => over || setBroken(true),
      );
      return () => {
        over = true;
      };
    }, [Part]);
    if (Part !== null) return <Part {...props} />;
    return Coming === undefined ? null : <Coming isBroken={isBroken} />;
  }

  const isThere = () => undefined;
  return Object.assign(Lazy, { prefetch: () => get().then(isThere, reportError) });
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
