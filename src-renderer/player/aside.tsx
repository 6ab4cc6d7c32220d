import { useState } from 'react';
import type { Task } from '../../src-main/common/model.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import styles from './aside.module.css';
import { Details } from './details.tsx';
import { History } from './history.tsx';
import { absolutePath, fileName } from './paths.ts';

interface AsideProps {
  readonly task: Task;
  readonly n: number;
  readonly onTrash: () => void;
}

/** Beside the picture: the prompt, what can be done, what happened, and the facts. */
export function Aside({ task, n, onTrash }: AsideProps) {
  return (
    <aside className={styles['aside']} aria-label={texts.details.title} tabIndex={0}>
      <section>
        <h2 className={styles['heading']}>{texts.player.prompt}</h2>
        <p className={styles['prompt']} data-missing={task.prompt === null || undefined}>
          {task.prompt ?? texts.player.noPrompt}
        </p>
      </section>
      <TaskActions task={task} n={n} onTrash={onTrash} />
      <History task={task} />
      <Details task={task} n={n} />
    </aside>
  );
}

function TaskActions({ task, n, onTrash }: AsideProps) {
  const { actions, client, desktop, router, state } = useInbox();
  const info = useStore(state, (value) => value.info);
  const [confirming, setConfirming] = useState(false);
  const { player } = texts;
  const video = task.videos[n - 1];
  const path = video?.state === 'saved' ? video.path : null;

  return (
    <section className={styles['actions']} aria-label={player.actions}>
      {path === null ? null : desktop !== null ? (
        <Button kind="primary" className={styles['wide']} onClick={() => void actions.showInFolder(task, n)}>
          {player.showInFolder}
        </Button>
      ) : (
        <a
          className={buttonClass('primary', styles['wide'])}
          href={client.mediaUrl(task.key, n)}
          download={fileName(path)}
        >
          {player.download}
        </a>
      )}
      {task.prompt === null ? null : (
        <Button onClick={() => void actions.copy(task.prompt ?? '', player.promptCopied)}>{player.copyPrompt}</Button>
      )}
      {path === null || info === null ? null : (
        <Button onClick={() => void actions.copy(absolutePath(info, path), player.pathCopied)}>
          {player.copyPath}
        </Button>
      )}
      {path === null || desktop === null ? null : (
        <>
          <Button onClick={() => void actions.openFile(task, n)}>{player.openFile}</Button>
          <Button onClick={() => void actions.copyFile(task, n)}>{player.copyFile}</Button>
        </>
      )}
      <Button onClick={() => void actions.copy(task.taskId, player.taskIdCopied)}>{player.copyTaskId}</Button>
      {path === null || desktop !== null ? null : (
        <a className={buttonClass('plain')} href={client.mediaUrl(task.key, n)} target="_blank" rel="noreferrer">
          {player.openInTab}
        </a>
      )}
      {task.trashedAt === null ? (
        <Button onClick={onTrash}>{player.trash}</Button>
      ) : (
        <>
          <Button onClick={() => actions.restore([task])}>{texts.trash.restore}</Button>
          <Button onClick={() => setConfirming(true)}>{texts.trash.purge}</Button>
        </>
      )}
      <Confirm
        open={confirming}
        title={texts.trash.confirmTitle(1, '1')}
        detail={texts.trash.confirm}
        action={texts.trash.purge}
        onConfirm={() => {
          void actions.purge([task]);
          router.closeTask();
        }}
        onClose={() => setConfirming(false)}
      />
    </section>
  );
}
