import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useInbox } from '../inbox.ts';
import { shownMs } from '../store/notice-board.ts';
import type { Store } from '../store/store.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { IconButton } from './icon-button.tsx';
import styles from './notices.module.css';

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
      notices.show((notice) => {
        const { text, kind = 'plain', undo, running, onClose } = notice;
        const action =
          undo === undefined
            ? running && { children: texts.common.cancel, onClick: running.stop }
            : { children: texts.common.undo, onClick: undo };
        const id = add({
          title: running === undefined ? text : <Running text={text} done={running.done} />,
          type: kind,
          priority: kind === 'bad' ? 'high' : 'low',
          timeout: shownMs(notice),
          onClose() {
            undoable.current.delete(id);
            onClose?.();
          },
          ...(action === undefined ? {} : { actionProps: action }),
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

/** How far it is, is for the eye: heard, it would be a number each moment. */
function Running({ text, done }: { readonly text: string; readonly done: Pick<Store<string>, 'get' | 'subscribe'> }) {
  const shown = useStore(done, (value) => value);
  return (
    <>
      {text}
      <span aria-hidden>
        {texts.common.separator}
        {shown}
      </span>
    </>
  );
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
