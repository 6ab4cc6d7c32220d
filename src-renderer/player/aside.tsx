import { Trash2 } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { ExportDialog } from '../shell/lazy-parts.ts';
import { enExport } from '../texts/en-export.ts';
import { texts } from '../texts/texts.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import styles from './aside.module.css';
import { Details } from './details.tsx';
import { History } from './history.tsx';
import { Labels } from './labels.tsx';
import { Lives } from './lives.tsx';
import { absolutePath, downloadName } from './paths.ts';
import { Upgrade } from './upgrade.tsx';

interface AsideProps {
  readonly task: TaskView;
  readonly n: number;
  /** The file of the shown video is not where it was: nothing that needs it is offered. */
  readonly isMissing: boolean;
  readonly onTrash: () => void;
  readonly video: RefObject<HTMLVideoElement | null>;
}

/** Beside the picture: the prompt, what can be done, what happened, and the facts. */
export function Aside({ task, n, isMissing, onTrash, video }: AsideProps) {
  return (
    <aside className={styles['aside']} aria-label={texts.details.title} tabIndex={0}>
      <section>
        <h2 className={styles['heading']}>{texts.player.prompt}</h2>
        <Prompt key={task.key} prompt={task.prompt} />
      </section>
      <DespiteFailure task={task} />
      <Dispute task={task} />
      <InTrash task={task} />
      <TaskActions task={task} n={n} isMissing={isMissing} onTrash={onTrash} />
      <Upgrade task={task} n={n} />
      <Labels task={task} video={video} />
      <Lives task={task} />
      <History task={task} />
      <Details task={task} n={n} />
    </aside>
  );
}

/** It may have been moved there from another window, while it is looked at here. */
function InTrash({ task }: { readonly task: TaskView }) {
  const { announcer } = useInbox();
  const isInTrash = task.trashedAt !== null;
  const before = useRef({ key: task.key, isInTrash });
  useEffect(() => {
    const { current } = before;
    before.current = { key: task.key, isInTrash };
    if (isInTrash && current.key === task.key && !current.isInTrash) announcer.say(texts.player.inTrash);
  }, [announcer, task.key, isInTrash]);
  if (!isInTrash) return null;
  return (
    <p className={styles['trashed']}>
      <Trash2 size={15} aria-hidden />
      {texts.player.inTrash}
    </p>
  );
}

/** The provider reports a failure, and named a video. */
function DespiteFailure({ task }: { readonly task: TaskView }) {
  if (task.state !== 'failed' || task.videos.length === 0) return null;
  return (
    <section className={styles['dispute']}>
      <h2>{texts.card.failed}</h2>
      <p dir="auto">{task.message ?? texts.card.failedNoReason}</p>
      <p>{texts.player.despiteFailure}</p>
    </section>
  );
}

/** The callback and the provider's own record disagree: the person decides. */
function Dispute({ task }: { readonly task: TaskView }) {
  const { client, actions } = useInbox();
  const { dispute: words } = texts;
  if (task.dispute === undefined) return null;
  const settle = (take: boolean) =>
    void actions.attempt(() => client.call('tasks:settle', task.key, take), take ? words.taken : words.left);
  const hasFirst = task.videos.length > 0;
  const isRecord = task.dispute.trust === 'confirmed';
  return (
    <section className={styles['dispute']}>
      <h2>{words.title}</h2>
      {hasFirst ? (
        <>
          <p>{isRecord ? words.first : words.firstCame}</p>
          <Links urls={task.videos.map(({ url }) => url)} />
        </>
      ) : null}
      <p>{isRecord ? words.detail : words.detailCame}</p>
      <Links urls={task.dispute.urls} />
      <div>
        {/* What the record agrees with is what most want; without a record nothing is. */}
        <Button kind={isRecord ? 'primary' : 'plain'} onClick={() => settle(false)}>
          {hasFirst ? words.keepFirst : words.leave}
        </Button>
        <Button onClick={() => settle(true)}>{hasFirst ? words.keepBoth : words.take}</Button>
      </div>
    </section>
  );
}

function Links({ urls }: { readonly urls: readonly string[] }) {
  return (
    <ul>
      {urls.map((url) => (
        <li key={url} dir="ltr">
          {url}
        </li>
      ))}
    </ul>
  );
}

/** From here on a prompt would push everything else out of sight. Characters. */
const longPrompt = 420;

function Prompt({ prompt }: { readonly prompt: string | null }) {
  const [isWhole, setWhole] = useState(false);
  const isLong = (prompt?.length ?? 0) > longPrompt;
  return (
    <>
      <p
        dir="auto"
        className={styles['prompt']}
        data-missing={prompt === null || undefined}
        data-folded={(isLong && !isWhole) || undefined}
      >
        {prompt ?? texts.player.noPrompt}
      </p>
      {isLong ? (
        <Button kind="quiet" className={styles['more']} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? texts.player.showLess : texts.player.showAll}
        </Button>
      ) : null}
    </>
  );
}

function TaskActions({ task, n, isMissing, onTrash }: Omit<AsideProps, 'video'>) {
  const { actions, client, desktop, router, state } = useInbox();
  const info = useStore(state, (value) => value.info);
  const [confirming, setConfirming] = useState(false);
  const [exporting, setExporting] = useState(false);
  const { player } = texts;
  const video = task.videos[n - 1];
  // Also that of an early film, where the film itself is not here.
  const path = isMissing ? null : (video?.path ?? null);

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
          download={downloadName(task, n)}
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
      {(['again', 'edit'] as const).map((how) => (
        <Button
          key={how}
          onClick={() =>
            router.push({ list: router.get().list, screen: { name: 'new', from: task.key, how }, taskKey: null })
          }
        >
          {how === 'again' ? player.sameAgain : player.editAgain}
        </Button>
      ))}
      {path === null ? null : <Button onClick={() => setExporting(true)}>{enExport.open}</Button>}
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
      <ExportDialog open={exporting} onClose={() => setExporting(false)} chosen={[task]} />
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
