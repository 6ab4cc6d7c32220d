import { createStore, type Store } from '../store/store.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';

export interface Router extends Pick<Store<Route>, 'get' | 'subscribe'> {
  /** The name of the entry in the browser's history: the same again after Back, Forward and a reload. */
  entry(): number;
  /** A new place, reached back from by the Back button. */
  push(route: Route): void;
  /** The same place told more exactly: typing in the search, the next task. */
  replace(route: Route): void;
  /** Out of the opened task, to where it was opened from. */
  closeTask(): void;
  /** Out of a screen such as the settings, likewise. */
  closeScreen(): void;
  start(): () => void;
}

export function createRouter(page: Window): Router {
  const store = createStore(parseRoute(page.location.hash));
  /** Going back takes a moment; a second press meanwhile would go back once more, and out of the page. */
  let isLeaving = false;
  const stateOf = () => page.history.state as { readonly isOver?: boolean; readonly entry?: number } | null;
  const entry = () => {
    const known = stateOf()?.entry;
    if (known !== undefined) return known;
    const fresh = Math.random();
    page.history.replaceState({ ...stateOf(), entry: fresh }, '');
    return fresh;
  };
  const read = () => {
    isLeaving = false;
    // A link makes an entry that has no name yet.
    entry();
    store.set(parseRoute(page.location.hash));
  };
  /** Marks an entry that was pushed over another, so that closing goes back rather than forth. */
  const isOver = () => stateOf()?.isOver === true;
  const goBack = () => {
    if (isLeaving) return;
    isLeaving = true;
    page.history.back();
  };
  const coversGrid = ({ taskKey, screen }: Route) => taskKey !== null || screen !== undefined;
  /** The grid, a task, takes to choose from: what is opened from there leads back there. The other rooms have the rail. */
  const isAboutFilms = ({ screen }: Route) =>
    screen === undefined || screen.name === 'cull' || screen.name === 'compare';
  const isRequest = ({ screen }: Route) => screen?.name === 'requests' && screen.n !== null;
  const isRequestList = ({ screen }: Route) => screen?.name === 'requests' && screen.n === null;
  const isOpenedIn = (now: Route, route: Route) =>
    isAboutFilms(now) ? coversGrid(route) : isRequestList(now) && isRequest(route);

  return {
    get: store.get,
    subscribe: store.subscribe,
    entry,
    push(route) {
      const hash = formatRoute(route);
      if (hash === page.location.hash) return;
      page.history.pushState({ isOver: isOpenedIn(store.get(), route) }, '', hash);
      read();
    },
    replace(route) {
      page.history.replaceState(page.history.state, '', formatRoute(route));
      read();
    },
    closeTask() {
      if (isOver()) goBack();
      else this.replace({ ...store.get(), taskKey: null });
    },
    closeScreen() {
      if (isOver()) goBack();
      else this.replace({ list: store.get().list, taskKey: null });
    },
    start() {
      page.addEventListener('popstate', read);
      page.addEventListener('hashchange', read);
      return () => {
        page.removeEventListener('popstate', read);
        page.removeEventListener('hashchange', read);
      };
    },
  };
}
