/** The start of the page: small, so that the first questions are on their way while the rest is being read. */
import { createHttpClient } from './client/http-client.ts';
import { createIpcClient } from './client/ipc-client.ts';
import { makePageKey } from './client/page-key.ts';
import { createInboxPage } from './create-inbox-page.ts';
import { speakChosen } from './texts/language-choice.ts';
import { loadAtLast, loadStylesPatiently } from './ui/load-patiently.ts';
import { sayNotLoaded } from './ui/say-not-loaded.ts';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';

let isLeaving = false;
window.addEventListener('pagehide', () => (isLeaving = true), { capture: true });
window.addEventListener('pageshow', () => (isLeaving = false));

const client =
  window.videoInbox === undefined
    ? createHttpClient({
        fetch: (...args) => window.fetch(...args),
        openEvents: (url) => new EventSource(url),
        retryAfterMs: 3_000,
        silentAfterMs: 10_000,
        isLeaving: () => isLeaving,
        makeKey: () => makePageKey(window.crypto.subtle),
        port: window.location.port,
      })
    : createIpcClient(window.videoInbox);

// The key is in the cookie now; it must not stay in the address bar, the history or a screenshot,
// nor what says that it was just given.
if (/[?&](?:key|opened)\b/.test(window.location.search)) {
  window.history.replaceState(window.history.state, '', `${window.location.pathname}${window.location.hash}`);
}

const styled = loadStylesPatiently(document, { say: sayNotLoaded });

function start(): void {
  const { inbox } = createInboxPage(client, window);
  // The page asks for it together with this file, see vite.config.ts.
  void Promise.all([loadAtLast(() => import('./first-screen.tsx'), sayNotLoaded), styled]).then(([{ draw }]) =>
    draw(inbox),
  );
}

const spoken = speakChosen(window);
if (spoken === null) start();
else void spoken.then(start);
