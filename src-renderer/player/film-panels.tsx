/** What stands in the place of a film that is here and cannot be shown, and what can be done about it. */
import { CircleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { TaskView, VideoView } from '../../src-main/common/task-view.ts';
import { filmTime } from '../format/format.ts';
import { unshownPart } from '../gallery/card-state.ts';
import { useInbox } from '../inbox.ts';
import { texts } from '../texts/texts.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { FilmInput } from './film-input.tsx';
import { downloadName } from './paths.ts';
import styles from './stage.module.css';

interface PanelProps {
  readonly tone?: 'bad';
  readonly title: string;
  readonly detail: string | null;
  readonly children?: React.ReactNode;
}

export function Panel({ tone, title, detail, children }: PanelProps) {
  return (
    <div className={styles['panel']} data-tone={tone}>
      {tone === 'bad' ? <CircleAlert size={28} strokeWidth={1.5} aria-hidden className={styles['sign']} /> : null}
      <h2 className={styles['title']}>{title}</h2>
      {detail === null ? null : (
        <p className={styles['detail']} dir="auto">
          {detail}
        </p>
      )}
      {children}
    </div>
  );
}

export function Undecodable({ task, n, shown, url }: { task: TaskView; n: number; shown: VideoView; url: string }) {
  const { player } = texts;
  const part = unshownPart(shown);
  return (
    <Panel
      title={part === null ? player.undecodableUnknown : player.undecodable(part)}
      detail={player.undecodableDetail}
    >
      <Elsewhere {...{ task, n, url }} kind="primary" />
    </Panel>
  );
}

interface BrokenOffProps {
  readonly task: TaskView;
  readonly n: number;
  readonly url: string;
  /** Seconds. */
  readonly at: number;
  readonly onAgain: () => void;
}

/** It played, and then could not be read on. What there is of it can be seen again. */
export function BrokenOff({ task, n, url, at, onAgain }: BrokenOffProps) {
  return (
    <Panel title={texts.player.brokenOff(filmTime(at))} detail={texts.player.brokenOffDetail}>
      <div className={styles['acts']}>
        <Button kind="primary" onClick={onAgain}>
          {texts.player.playFromStart}
        </Button>
        <Elsewhere {...{ task, n, url }} kind="plain" />
      </div>
    </Panel>
  );
}

/** To another player: another tab of this browser could not play it either. */
function Elsewhere({ task, n, url, kind }: Omit<BrokenOffProps, 'at' | 'onAgain'> & { kind: 'primary' | 'plain' }) {
  const { desktop, actions } = useInbox();
  return desktop === null ? (
    <a className={buttonClass(kind)} href={url} download={downloadName(task, n)}>
      {texts.player.download}
    </a>
  ) : (
    <Button kind={kind} onClick={() => void actions.openFile(task, n)}>
      {texts.player.openFile}
    </Button>
  );
}

interface MissingProps {
  readonly task: TaskView;
  readonly n: number;
  /** Whether the file of the shown video is on disk, once that is known. */
  readonly onMissing: (missing: boolean) => void;
  readonly onFound: () => void;
}

/** Fetched again, or found: by its bytes, so that no other film takes its place. */
export function Missing({ task, n, onMissing, onFound }: MissingProps) {
  const { actions, client, format, missing } = useInbox();
  const [brought, setBrought] = useState<number | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const locate = async (file: File | undefined) => {
    if (file === undefined) return;
    setBrought(0);
    await actions.attempt(async () => {
      const path = await client.bringSource(file, setBrought);
      await client.call('tasks:locate', task.key, n, path);
      onFound();
      missing.look(task.key);
    }, texts.player.located);
    setBrought(null);
  };
  const isBusy = brought !== null;
  useEffect(() => {
    onMissing(true);
    missing.look(task.key);
    return () => onMissing(false);
  }, [onMissing, missing, task.key]);
  return (
    <Panel tone="bad" title={texts.player.fileMissing} detail={texts.player.fileMissingDetail}>
      <div className={styles['acts']}>
        {/* They stay while a file is brought: who pressed one is still at it where that fails. */}
        <Button aria-disabled={isBusy} onClick={() => isBusy || void actions.retry([task])}>
          {texts.player.fetchAgain}
        </Button>
        <Button aria-disabled={isBusy} onClick={() => isBusy || picker.current?.click()}>
          {texts.player.locate}
        </Button>
        <FilmInput ref={picker} onFile={(file) => void locate(file)} />
      </div>
      <p role="status">{brought === null ? null : texts.link.attaching(format.percent(brought))}</p>
    </Panel>
  );
}
