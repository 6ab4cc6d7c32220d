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
