import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
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
  const { notices, router } = useInbox();
  const { add, close } = Toast.useToastManager();
  /** Those that offer a way back; away from where it was done they would only be in the way, and the key goes it still. */
  const undoable = useRef(new Set<string>());
  useEffect(
    () =>
      notices.show(({ text, kind = 'plain', undo, onClose }) => {
        const id = add({
          title: text,
          type: kind,
          priority: kind === 'bad' ? 'high' : 'low',
          timeout: kind === 'bad' || undo !== undefined ? readingMs : plainMs,
          onClose() {
            undoable.current.delete(id);
            onClose?.();
          },
          ...(undo === undefined
            ? {}
            : {
                actionProps: {
                  children: texts.common.undo,
                  onClick: undo,
                },
              }),
        });
        if (undo !== undefined) undoable.current.add(id);
        return () => close(id);
      }),
    [notices, add, close],
  );
  useEffect(() => {
    let { view } = router.get().list;
    return router.subscribe(() => {
      const next = router.get().list.view;
      if (next !== view) for (const id of [...undoable.current]) close(id);
      view = next;
    });
  }, [router, close]);
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
