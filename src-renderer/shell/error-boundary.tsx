import { Component, type ErrorInfo, type ReactNode } from 'react';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './error-boundary.module.css';

interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** Hears what broke, for the log. */
  readonly report: (what: string) => void;
}

const reportLimit = 8000;

/** React asks for a class here. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.props.report(`${what}\n${componentStack ?? ''}`.slice(0, reportLimit));
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
