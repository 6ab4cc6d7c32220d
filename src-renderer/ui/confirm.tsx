import type { ConfirmProps } from './confirm-dialog.tsx';
import { laterDialog } from './later.tsx';

/** For the few things that cannot be undone. */
export const Confirm = laterDialog<ConfirmProps>(() =>
  import('./confirm-dialog.tsx').then(({ ConfirmDialog }) => ConfirmDialog),
);
