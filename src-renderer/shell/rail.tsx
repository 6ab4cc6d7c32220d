import { Keyboard, Plus, Settings } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts, texts } from '../texts/texts.ts';
import { ReachBox } from '../tunnel/reach-box.tsx';
import { buttonClass } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import type { OnNavigate } from './rail-link.tsx';
import { Projects } from './rail-projects.tsx';
import { Rooms } from './rail-rooms.tsx';
import { KeptViews, Providers, Shelves } from './rail-shelves.tsx';
import styles from './rail.module.css';
import { ScreenLink } from './screen-link.tsx';
import { openSettings } from './use-global-keys.ts';

export interface RailProps {
  readonly onKeys: () => void;
}

/** The rail of a wide window. */
export function Rail({ onKeys }: RailProps) {
  return (
    <div className={styles['rail']}>
      <header className={styles['head']}>
        <Brand />
        <SettingsButton />
        <KeysButton onKeys={onKeys} />
      </header>
      <RailContent />
    </div>
  );
}

export function Brand() {
  return (
    <p className={styles['brand']}>
      <span className={styles['mark']} aria-hidden />
      {texts.appName}
    </p>
  );
}

export function SettingsButton({ onOpen }: { readonly onOpen?: () => void }) {
  const { router } = useInbox();
  return (
    <IconButton
      label={settingsTexts.screen.settings}
      shortcut="Control+,"
      onClick={() => {
        onOpen?.();
        openSettings(router);
      }}
    >
      <Settings size={16} aria-hidden />
    </IconButton>
  );
}

export function KeysButton({ onKeys }: RailProps) {
  return (
    <IconButton label={texts.rail.shortcuts} shortcut="?" onClick={onKeys}>
      <Keyboard size={16} aria-hidden />
    </IconButton>
  );
}

export function RailContent({ onNavigate }: Partial<OnNavigate>) {
  const { router } = useInbox();
  const isNew = useStore(router, ({ screen }) => screen?.name === 'new');
  const place = useStore(
    router,
    (value) => value.screen?.name ?? `${value.list.view} ${value.list.provider} ${value.list.text}`,
  );
  const nav = useRef<HTMLElement>(null);
  // In a low window the entry of where a person is may lie below the edge. Only then: in some versions of Chromium the next
  // Tab goes on from what was scrolled to.
  useEffect(() => {
    const entry = nav.current?.querySelector('[aria-current]');
    const at = entry?.getBoundingClientRect();
    if (at === undefined) return;
    // One of the two scrolls, whichever the window is too low for.
    const isCut = [nav.current, nav.current?.parentElement].some((each) => {
      const box = each?.getBoundingClientRect();
      return box !== undefined && (at.top < box.top || at.bottom > box.bottom);
    });
    if (isCut) entry?.scrollIntoView({ block: 'nearest' });
  }, [place]);
  return (
    <>
      <nav ref={nav} className={styles['nav']} aria-label={texts.rail.label}>
        <ScreenLink
          to={{ name: 'new', from: null, how: 'edit' }}
          className={buttonClass('plain', styles['new'])}
          current={isNew}
          {...(onNavigate === undefined ? {} : { onNavigate })}
        >
          <Plus size={16} aria-hidden />
          {texts.rail.newVideo}
          <kbd aria-hidden>N</kbd>
        </ScreenLink>
        <Shelves onNavigate={onNavigate} />
        <KeptViews onNavigate={onNavigate} />
        <Projects onNavigate={onNavigate} />
        <Providers onNavigate={onNavigate} />
        <Rooms onNavigate={onNavigate} />
      </nav>
      <div className={styles['foot']}>
        <ReachBox onNavigate={onNavigate} />
      </div>
    </>
  );
}
