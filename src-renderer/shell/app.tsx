import { CSPProvider } from '@base-ui/react/csp-provider';
import { useEffect, useState } from 'react';
import { Gallery } from '../gallery/gallery.tsx';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts, texts } from '../texts/texts.ts';
import { DriftBar } from '../tunnel/drift-bar.tsx';
import { Tooltips } from '../ui/tooltips.tsx';
import styles from './app.module.css';
import { Bar } from './bar.tsx';
import { ConnectionBar } from './connection-bar.tsx';
import {
  Compare,
  Costs,
  Nodes,
  Cull,
  Digest,
  KeysDialog,
  NewVideo,
  Notices,
  Onboarding,
  Player,
  prefetchParts,
  RailDrawer,
  Requests,
  Settings,
} from './lazy-parts.ts';
import { PausedBar } from './paused-bar.tsx';
import { ProblemBar } from './problem-bar.tsx';
import { StorageBar } from './storage-bar.tsx';
import { Rail } from './rail.tsx';
import { SearchChips } from './search-chips.tsx';
import { SkipLink } from './skip-link.tsx';
import { useCalm } from './use-calm.ts';
import { useDrop } from './use-drop.ts';
import { useGlobalKeys } from './use-global-keys.ts';
import { useKeptPreviews } from './use-kept-previews.ts';
import { usePicturesAgain } from './use-pictures-again.ts';
import { useSinglePresses } from './use-single-presses.ts';

export function App() {
  const { router, list, announcer, state } = useInbox();
  const route = useStore(router, (value) => value);
  const [keysOpen, setKeysOpen] = useState(false);
  const [drawerOpen, setDrawerOpen] = useState(false);
  const playing = route.taskKey !== null;
  const screen = playing ? undefined : route.screen?.name;
  const title =
    screen === undefined
      ? texts.views[route.list.view]
      : {
          settings: settingsTexts.screen.settings,
          reachable: settingsTexts.steps.title,
          requests: texts.rail.requests,
          compare: texts.keys.compare,
          cull: texts.rail.cull,
          costs: texts.rail.costs,
          nodes: texts.rail.nodes,
          new: texts.rail.newVideo,
        }[screen];

  const isAway = useStore(state, ({ connection }) => connection !== 'online');
  const unseen = useStore(state, (value) => value.counts?.inbox ?? 0);
  const [opened, setOpened] = useState<string | null>(null);
  useEffect(() => {
    // What a tab and the history of the browser are found by.
    const names = [opened, opened === null || !playing ? title : null, texts.appName].filter((name) => name !== null);
    document.title = `${unseen > 0 ? `(${unseen}) ` : ''}${names.join(' – ')}`;
  }, [title, opened, playing, unseen]);
  useGlobalKeys(() => setKeysOpen(true));
  const isCalm = useCalm(list);
  useEffect(() => {
    if (isCalm) void prefetchParts();
  }, [isCalm]);
  useKeptPreviews(isCalm);
  const dropGoal = useDrop();
  usePicturesAgain(isAway);
  useSinglePresses();

  return (
    <CSPProvider disableStyleElements>
      <div
        className={styles['shell']}
        inert={playing}
        data-behind={playing || undefined}
        data-wide={screen === 'compare' || screen === 'cull' || undefined}
      >
        <SkipLink />
        <Rail onKeys={() => setKeysOpen(true)} />
        <RailDrawer open={drawerOpen} onClose={() => setDrawerOpen(false)} onKeys={() => setKeysOpen(true)} />
        {/* Kept behind a screen, so that the grid is where it was on the way back. */}
        <main
          className={styles['main']}
          inert={screen !== undefined}
          data-behind={screen !== undefined || undefined}
          data-away={isAway || undefined}
        >
          <h1 className="visually-hidden">{texts.views[route.list.view]}</h1>
          <ConnectionBar />
          <StorageBar />
          <ProblemBar />
          <PausedBar />
          <DriftBar />
          <Bar onMenu={() => setDrawerOpen(true)} />
          <SearchChips />
          {isCalm ? <Digest /> : null}
          <Gallery openKey={route.taskKey} />
        </main>
        {screen === 'settings' ? <Settings /> : null}
        {screen === 'reachable' ? <Onboarding /> : null}
        {screen === 'requests' ? <Requests /> : null}
        {!playing && route.screen?.name === 'new' ? (
          <NewVideo key={`${route.screen.how} ${route.screen.from}`} from={route.screen.from} how={route.screen.how} />
        ) : null}
        {!playing && route.screen?.name === 'cull' ? <Cull taskKey={route.screen.key} onTitle={setOpened} /> : null}
        {screen === 'costs' ? <Costs /> : null}
        {screen === 'nodes' ? <Nodes /> : null}
        {!playing && route.screen?.name === 'compare' ? <Compare {...route.screen} onTitle={setOpened} /> : null}
      </div>
      {route.taskKey === null ? null : <Player taskKey={route.taskKey} onTitle={setOpened} />}
      <KeysDialog open={keysOpen} onClose={() => setKeysOpen(false)} />
      {isCalm ? <Notices /> : null}
      <div role="status" aria-live="polite" className="visually-hidden">
        {useStore(announcer, (text) => text)}
      </div>
      {dropGoal === null ? null : (
        <p className={styles['drop']}>{dropGoal === 'attach' ? texts.drop.attach : texts.drop.here}</p>
      )}
      <Tooltips />
    </CSPProvider>
  );
}
