import { Component, type ReactNode } from 'react';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './error-boundary.module.css';

/** React asks for a class here. What broke is in the browser's console. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <main className={styles['page']}>
        <h1 className={styles['title']}>{texts.errors.crashedTitle}</h1>
        <p>{texts.errors.crashed}</p>
        <Button kind="primary" onClick={() => window.location.reload()}>
          {texts.common.reload}
        </Button>
      </main>
    );
  }
}
