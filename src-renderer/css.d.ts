import 'react';

declare module 'react' {
  interface CSSProperties {
    /** Our own custom properties. */
    [name: `--${string}`]: string | number | undefined;
  }
}
