import type { ConfirmProps } from './confirm-dialog.tsx';
import { lazyDialog } from './lazy-part.tsx';

/** For the few things that cannot be undone. */
export const Confirm = lazyDialog<ConfirmProps>(() =>
  import('./confirm-dialog.tsx').then(({ ConfirmDialog }) => ConfirmDialog),
);
