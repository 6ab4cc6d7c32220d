import {
  ArrowLeftRight,
  Clock,
  Coins,
  Inbox,
  Keyboard,
  Library,
  ListFilter,
  type LucideIcon,
  Pencil,
  Plus,
  Server,
  Settings,
  Star,
  Trash2,
  TriangleAlert,
  X,
} from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { views, type View } from '../../src-main/common/task-query.ts';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { formatRoute, type ListRoute, startList } from '../router/route.ts';
import { labelSearch } from '../store/label-text.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts, texts } from '../texts/texts.ts';
import { enLabels } from '../texts/en-labels.ts';
import { enNodes } from '../texts/en-nodes.ts';
import { LabelDot } from '../gallery/label-dot.tsx';
import { fewFirst } from './few-first.ts';
import { LabelsDialog } from './lazy-parts.ts';
import { ScreenLink } from './screen-link.tsx';
import { ReachBox } from '../tunnel/reach-box.tsx';
import { buttonClass } from '../ui/button.tsx';
import { focusNeighbour } from '../ui/focus-neighbour.ts';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './rail.module.css';
import { openSettings } from './use-global-keys.ts';

const icons: Record<View, LucideIcon> = {
  inbox: Inbox,
  library: Library,
  starred: Star,
  waiting: Clock,
  failed: TriangleAlert,
  trash: Trash2,
};

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

export function RailContent({ onNavigate }: { readonly onNavigate?: () => void }) {
  const { state, router, labels, prefs, format } = useInbox();
  const saved = useStore(prefs, (value) => value.views);
  const { projects, tags } = useStore(labels, (value) => value);
  const [editing, setEditing] = useState(false);
  const [showsAll, setShowsAll] = useState(false);
  const counts = useStore(state, (value) => value.counts);
  const list = useStore(router, (value) => value.list);
  const isElsewhere = useStore(router, (value) => value.screen !== undefined);
  const atCosts = useStore(router, ({ screen }) => screen?.name === 'costs');
  const shared = useStore(state, (value) => value.shared);
  const hasShelf = useStore(state, ({ shelf }) => shelf === null || shelf.state === 'ok');
  const atNodes = useStore(router, ({ screen }) => screen?.name === 'nodes');
  const isNew = useStore(router, ({ screen }) => screen?.name === 'new');
  const place = useStore(
    router,
    (value) => value.screen?.name ?? `${value.list.view} ${value.list.provider} ${value.list.text}`,
  );
  const nav = useRef<HTMLElement>(null);
  const isAtProject = (name: string) => !isElsewhere && list.text === labelSearch('project', name);
  const shownProjects = showsAll ? projects : fewFirst(projects, ({ name }) => isAtProject(name));
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
        <ul>
          {views.map((view) => (
            <RailLink
              key={view}
              icon={icons[view]}
              name={texts.views[view]}
              count={counts?.[view] ?? null}
              href={formatRoute({ list: { ...startList, view, order: list.order }, taskKey: null })}
              current={!isElsewhere && list.view === view && list.provider === null}
              onNavigate={onNavigate}
            />
          ))}
        </ul>
        {saved.length === 0 ? null : (
          <>
            <h2 className={styles['heading']}>{texts.search.views}</h2>
            <ul>
              {saved.map((view, at) => (
                <li key={`${at} ${view.name}`} className={styles['view']}>
                  <a
                    className={styles['link']}
                    href={formatRoute({ list: view.list, taskKey: null })}
                    aria-current={!isElsewhere && isSameList(view.list, list) ? 'page' : undefined}
                    onClick={onNavigate}
                  >
                    <ListFilter size={16} aria-hidden />
                    <span className={styles['name']} dir="auto">
                      {view.name}
                    </span>
                  </a>
                  <IconButton
                    label={texts.search.forget(view.name)}
                    onClick={(event) => {
                      focusNeighbour(event.currentTarget, 'a', nav.current?.querySelector('a'));
                      prefs.update((all) => ({ ...all, views: all.views.filter((_, i) => i !== at) }));
                    }}
                  >
                    <X size={14} aria-hidden />
                  </IconButton>
                </li>
              ))}
            </ul>
          </>
        )}
        {projects.length + tags.length === 0 ? null : (
          <>
            <div className={styles['headed']}>
              <h2 className={styles['heading']}>{projects.length === 0 ? enLabels.title : texts.labels.projects}</h2>
              <IconButton label={enLabels.edit} onClick={() => setEditing(true)}>
                <Pencil size={13} aria-hidden />
              </IconButton>
            </div>
            <ul>
              {shownProjects.map(({ name, count }) => (
                <RailLink
                  key={name}
                  dot={<LabelDot kind="project" name={name} always />}
                  name={name}
                  count={count}
                  href={formatRoute({ list: { ...startList, text: labelSearch('project', name) }, taskKey: null })}
                  current={isAtProject(name)}
                  onNavigate={onNavigate}
                />
              ))}
            </ul>
            {shownProjects.length === projects.length && !showsAll ? null : (
              <button
                type="button"
                className={styles['more']}
                aria-expanded={showsAll}
                onClick={() => setShowsAll(!showsAll)}
              >
                {showsAll ? enLabels.fewer : enLabels.all(format.number(projects.length))}
              </button>
            )}
          </>
        )}
        {counts === null || counts.providers.length === 0 ? null : (
          <>
            <h2 className={styles['heading']}>{texts.rail.providers}</h2>
            <ul>
              {counts.providers.map(({ provider, count }) => (
                <RailLink
                  key={provider}
                  name={providerTitle(provider)}
                  count={count}
                  href={formatRoute({ list: { ...startList, provider, order: list.order }, taskKey: null })}
                  current={!isElsewhere && list.provider === provider}
                  onNavigate={onNavigate}
                />
              ))}
            </ul>
          </>
        )}
        <ul className={styles['rooms']}>
          <li>
            <RequestsLink onNavigate={onNavigate} />
          </li>
          <li>
            <ScreenLink
              to={{ name: 'costs' }}
              className={styles['link']}
              current={atCosts}
              {...(onNavigate === undefined ? {} : { onNavigate })}
            >
              <Coins size={16} aria-hidden />
              <span className={styles['name']}>{texts.rail.costs}</span>
            </ScreenLink>
          </li>
          {shared === null ? null : (
            <li>
              <ScreenLink
                to={{ name: 'nodes' }}
                className={styles['link']}
                current={atNodes}
                {...(onNavigate === undefined ? {} : { onNavigate })}
              >
                <Server size={16} aria-hidden />
                <span className={styles['name']}>{texts.rail.nodes}</span>
                {shared === 'ok' && hasShelf ? null : (
                  <span className={styles['refused']}>
                    {enNodes.troubled[shared === 'ok' || (shared === 'gap' && !hasShelf) ? 'shelf' : shared]}
                  </span>
                )}
              </ScreenLink>
            </li>
          )}
        </ul>
      </nav>
      <LabelsDialog open={editing} onClose={() => setEditing(false)} />
      <div className={styles['foot']}>
        <ReachBox onNavigate={onNavigate} />
      </div>
    </>
  );
}

const isSameList = (a: ListRoute, b: ListRoute): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A quiet count of what was refused today: look once, no alarm. */
function RequestsLink({ onNavigate }: { readonly onNavigate: (() => void) | undefined }) {
  const { state, router, format } = useInbox();
  const refused = useStore(state, ({ requests }) => requests?.refusedToday ?? 0);
  const current = useStore(router, ({ screen }) => screen?.name === 'requests');
  return (
    <ScreenLink
      to={{ name: 'requests', n: null }}
      className={styles['link']}
      current={current}
      {...(onNavigate === undefined ? {} : { onNavigate })}
    >
      <ArrowLeftRight size={16} aria-hidden />
      <span className={styles['name']}>{texts.rail.requests}</span>
      {refused === 0 ? null : (
        <span className={styles['refused']}>{texts.rail.refused(refused, format.number(refused))}</span>
      )}
    </ScreenLink>
  );
}

interface RailLinkProps {
  readonly icon?: LucideIcon;
  readonly dot?: ReactNode;
  readonly name: string;
  readonly count: number | null;
  readonly href: string;
  readonly current: boolean;
  readonly onNavigate: (() => void) | undefined;
}

function RailLink({ icon: Icon, dot, name, count, href, current, onNavigate }: RailLinkProps) {
  const { format } = useInbox();
  return (
    <li>
      <a className={styles['link']} href={href} aria-current={current ? 'page' : undefined} onClick={onNavigate}>
        {Icon === undefined ? null : <Icon size={16} aria-hidden />}
        {dot}
        <span className={styles['name']} dir="auto">
          {name}
        </span>
        {count === null || count === 0 ? null : (
          <span className={styles['count']}>
            <span aria-hidden>{format.number(count)}</span>
            <span className="visually-hidden">, {texts.rail.count(count, format.number(count))}</span>
          </span>
        )}
      </a>
    </li>
  );
}
