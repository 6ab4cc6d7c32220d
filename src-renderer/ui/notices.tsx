import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { useEffect } from 'react';
import { useInbox } from '../inbox.ts';
import { texts } from '../texts/texts.ts';
import { IconButton } from './icon-button.tsx';
import styles from './notices.module.css';

const plainMs = 4_000;
const readingMs = 8_000;

/** The short notices at the lower edge, with Undo where there is a way back. */
export function Notices() {
  return (
    <Toast.Provider limit={3}>
      <Feed />
      <Toast.Portal>
        <Toast.Viewport className={styles['viewport']} aria-label={texts.toasts.label}>
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Feed() {
  const { notices } = useInbox();
  const { add, close } = Toast.useToastManager();
  useEffect(
    () =>
      notices.show(({ text, kind = 'plain', undo }) => {
        const id = add({
          title: text,
          type: kind,
          priority: kind === 'bad' ? 'high' : 'low',
          timeout: kind === 'bad' || undo !== undefined ? readingMs : plainMs,
          ...(undo === undefined
            ? {}
            : {
                actionProps: {
                  children: texts.common.undo,
                  onClick: undo,
                },
              }),
        });
        return () => close(id);
      }),
    [notices, add, close],
  );
  return null;
}

function List() {
  const { toasts, close } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={styles['toast']} swipeDirection={['down', 'right']}>
      <Toast.Content className={styles['content']}>
        <Toast.Title render={<p />} className={styles['text']} />
        {toast.actionProps === undefined ? null : <Toast.Action className={styles['action']} />}
        <IconButton label={texts.common.dismiss} className={styles['close']} onClick={() => close(toast.id)}>
          <X size={14} aria-hidden />
        </IconButton>
      </Toast.Content>
    </Toast.Root>
  ));
}
