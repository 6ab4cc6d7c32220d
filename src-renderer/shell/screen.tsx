import { ChevronLeft } from 'lucide-react';
import { type ReactNode, useEffect, useEffectEvent, useRef } from 'react';
import { useInbox } from '../inbox.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { ConnectionBar } from './connection-bar.tsx';
import styles from './screen.module.css';
import { StorageBar } from './storage-bar.tsx';
import { focusCard, isCovered, isGrid, isNowhere, isTyping } from './use-global-keys.ts';

interface ScreenProps {
  readonly title: string;
  /** What is beside the title, quieter. */
  readonly detail?: ReactNode;
  /** All of the window is for what is looked at. */
  readonly isWide?: boolean;
  /** At the end of the head. */
  readonly acts?: ReactNode;
  readonly children: ReactNode;
}

/** What lies in the grid's place: a way back, a heading that takes the focus, and what it is about. */
export function Screen({ title, detail = null, isWide = false, acts, children }: ScreenProps) {
  const { router } = useInbox();
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus();
    return () => {
      requestAnimationFrame(() => {
        // The list stays where it was scrolled to, wherever the card that has the turn is.
        if (isNowhere() && before instanceof HTMLElement) before.focus({ preventScroll: true });
        // It may be gone: what was done here changed the list.
        if (isNowhere() && isGrid(router.get())) focusCard({ preventScroll: true });
      });
    };
  }, [router]);

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || isTyping(event.target) || isCovered()) return;
    event.preventDefault();
    router.closeScreen();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);

  return (
    <main className={styles['screen']} data-wide={isWide || undefined}>
      <ConnectionBar />
      <StorageBar />
      <header className={styles['head']} data-acts={acts !== undefined || undefined}>
        <Button onClick={() => router.closeScreen()}>
          <ChevronLeft size={16} aria-hidden className="mirrors" />
          {settingsTexts.screen.back}
        </Button>
        <h1 ref={heading} tabIndex={-1} className={styles['title']} dir="auto">
          {title}
        </h1>
        {detail === null ? null : <p className={styles['detail']}>{detail}</p>}
        {acts === undefined ? null : <span className={styles['acts']}>{acts}</span>}
      </header>
      <div className={styles['body']}>{children}</div>
    </main>
  );
}
