import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { type InboxPage, InboxPageContext } from './inbox.ts';
import { App } from './shell/app.tsx';
import { ErrorBoundary } from './shell/error-boundary.tsx';

export function draw(inbox: InboxPage): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('index.html has no #root');
  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary report={(what) => void inbox.client.call('app:pageBroke', what).catch(() => undefined)}>
        <InboxPageContext value={inbox}>
          <App />
        </InboxPageContext>
      </ErrorBoundary>
    </StrictMode>,
  );
}
