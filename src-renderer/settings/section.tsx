import { type ReactNode, useEffect, useRef } from 'react';
import type { SettingsSection } from '../router/route.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import styles from './section.module.css';

interface SectionProps {
  readonly name: SettingsSection;
  readonly title: string;
  readonly intro?: string;
  readonly children: ReactNode;
}

/** One subject of the settings. Its heading takes the focus when the address names it. */
export function Section({ name, title, intro, children }: SectionProps) {
  const { router } = useInbox();
  // The route, not the section in it: asking for the same section again leads there again.
  const route = useStore(router, (value) => value);
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    if (route.screen?.name !== 'settings' || route.screen.section !== name) return;
    heading.current?.scrollIntoView({ block: 'start' });
    heading.current?.focus({ preventScroll: true });
  }, [route, name]);

  return (
    <section className={styles['section']} aria-labelledby={`settings-${name}`}>
      <h2 ref={heading} id={`settings-${name}`} tabIndex={-1} className={styles['title']}>
        {title}
      </h2>
      {intro === undefined ? null : <p className={styles['intro']}>{intro}</p>}
      <div className={styles['rows']} data-rows>
        {children}
      </div>
    </section>
  );
}

/** Something to know that is no field. */
export function Note({ tone = 'calm', children }: { readonly tone?: 'calm' | 'warn'; readonly children: ReactNode }) {
  return (
    <p className={styles['note']} data-tone={tone}>
      {children}
    </p>
  );
}
