import type { MouseEvent, ReactNode } from 'react';
import { useInbox } from '../inbox.ts';
import { formatRoute, type Screen } from '../router/route.ts';
import { useStore } from '../store/use-store.ts';

interface ScreenLinkProps {
  readonly to: Screen;
  readonly className?: string | undefined;
  readonly current?: boolean;
  readonly onNavigate?: () => void;
  readonly children: ReactNode;
}

/** A link to a screen that keeps the list behind it, so that "Back" leads there again. */
export function ScreenLink({ to, className, current = false, onNavigate, children }: ScreenLinkProps) {
  const { router } = useInbox();
  const list = useStore(router, (value) => value.list);
  const route = { list, screen: to, taskKey: null };
  const go = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    // Another section is still the same screen: "Back" leads out of it, not through all that was looked at.
    if (router.get().screen?.name === to.name) router.replace(route);
    else router.push(route);
    onNavigate?.();
  };
  return (
    <a href={formatRoute(route)} className={className} aria-current={current ? 'true' : undefined} onClick={go}>
      {children}
    </a>
  );
}
