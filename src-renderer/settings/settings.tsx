import { useRef } from 'react';
import { sayTold } from '../../src-main/common/texts/language.ts';
import { enLimits } from '../../src-main/common/texts/en-limits.ts';
import { type SettingsSection, settingsSections } from '../router/route.ts';
import { useInbox } from '../inbox.ts';
import { Screen } from '../shell/screen.tsx';
import { ScreenLink } from '../shell/screen-link.tsx';
import { problemOf } from '../store/inbox-state.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts } from '../texts/texts.ts';
import { AboutSection } from './about-section.tsx';
import { DesktopSection } from './desktop-section.tsx';
import { DownloadsSection } from './downloads-section.tsx';
import { ElsewhereSection } from './elsewhere-section.tsx';
import { HooksSection } from './hooks-section.tsx';
import { KeysSection } from './keys-section.tsx';
import { LibrarySection } from './library-section.tsx';
import { LimitsSection } from './limits-section.tsx';
import { LookSection } from './look-section.tsx';
import { NotificationsSection } from './notifications-section.tsx';
import { SettingsProvider, useSettings } from './settings-context.tsx';
import styles from './settings.module.css';
import { SettingsSearch } from './settings-search.tsx';
import { TunnelSection } from './tunnel-section.tsx';
import { UrlsSection } from './urls-section.tsx';

/** Everything that the person can choose. There is nothing to confirm: each change is saved at once. */
export function Settings() {
  const { state } = useInbox();
  const isDesktop = useStore(state, (value) => value.info?.host === 'desktop');
  const content = useRef<HTMLDivElement>(null);
  const sections = settingsSections.filter((name) => name !== 'desktop' || isDesktop);
  return (
    <Screen title={settingsTexts.screen.settings}>
      <div className={styles['page']}>
        <SectionLinks sections={sections} />
        <div ref={content} className={styles['content']}>
          <SettingsSearch content={content} />
          <SettingsProvider>
            <Problem />
            <TunnelSection />
            <UrlsSection />
            <DownloadsSection />
            <LimitsSection />
            <NotificationsSection />
            <KeysSection />
            <HooksSection />
            <ElsewhereSection />
            <LookSection />
            {isDesktop ? <DesktopSection /> : null}
            <LibrarySection />
            <AboutSection />
          </SettingsProvider>
        </div>
      </div>
    </Screen>
  );
}

function SectionLinks({ sections }: { readonly sections: readonly SettingsSection[] }) {
  const { router } = useInbox();
  const current = useStore(router, ({ screen }) => (screen?.name === 'settings' ? screen.section : null));
  return (
    <nav className={styles['nav']} aria-label={settingsTexts.screen.sections}>
      <ul>
        {sections.map((section) => (
          <li key={section}>
            <ScreenLink to={{ name: 'settings', section }} className={styles['link']} current={current === section}>
              {titleOf(section)}
            </ScreenLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

const titleOf = (section: SettingsSection): string =>
  section === 'limits' ? enLimits.title : settingsTexts[section].title;

function Problem() {
  const problem = sayTold(problemOf(useSettings().view));
  return problem === null ? null : (
    <p className={styles['problem']} role="note">
      {problem}
    </p>
  );
}
