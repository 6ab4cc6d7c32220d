import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createHttpClient } from './client/http-client.ts';
import { createIpcClient } from './client/ipc-client.ts';
import { createInbox } from './create-inbox.ts';
import { InboxContext } from './inbox.ts';
import { App } from './shell/app.tsx';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';

const client =
  window.videoInbox === undefined
    ? createHttpClient({
        fetch: (...args) => window.fetch(...args),
        openEvents: (url) => new EventSource(url),
        retryAfterMs: 3_000,
      })
    : createIpcClient(window.videoInbox);

// The key is in the cookie now; it must not stay in the address bar, the history or a screenshot.
if (new URLSearchParams(window.location.search).has('key')) {
  window.history.replaceState(window.history.state, '', `${window.location.pathname}${window.location.hash}`);
}

const { inbox } = createInbox(client, window);
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <InboxContext value={inbox}>
        <App />
      </InboxContext>
    </ErrorBoundary>
  </StrictMode>,
);
