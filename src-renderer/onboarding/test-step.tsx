import { sayTold } from '../../src-main/common/texts/language.ts';
import { videoTrouble } from '../../src-main/common/task-view.ts';
import { Check, CircleDashed, Send } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { useTask } from '../player/use-task.ts';
import { FieldError } from '../settings/field.tsx';
import { useSave } from '../settings/use-save.ts';
import { formatRoute, startList } from '../router/route.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import styles from './test-step.module.css';

interface TestStepProps {
  /** The public address is proven. */
  readonly ready: boolean;
  /** There is to be none: the test stays on this computer. */
  readonly local: boolean;
  readonly onArrived: () => void;
}

const words = settingsTexts.steps;

/** A real callback to the callback URL, and what becomes of it. */
export function TestStep({ ready, local, onArrived }: TestStepProps) {
  const { client } = useInbox();
  const [taskKey, setTaskKey] = useState<string | null>(null);
  const send = useSave();
  const sending = send.state.kind === 'saving';

  const start = () => {
    if (sending) return;
    setTaskKey(null);
    void send.run(async () => {
      const { key } = await client.call('callback:sendTest', { provider: null, fail: false });
      setTaskKey(key);
    });
  };

  return (
    <>
      <p className={styles['detail']}>{ready ? words.testDetail : local ? words.testLocal : words.testWaits}</p>
      <Button
        kind={(ready || local) && taskKey === null ? 'primary' : 'plain'}
        disabled={!ready && !local && taskKey === null}
        onClick={start}
      >
        <Send size={15} aria-hidden />
        {sending ? words.sending : taskKey === null ? words.send : words.sendAgain}
      </Button>
      <FieldError id="test-error" state={send.state} />
      <div role="status" className={styles['live']}>
        {taskKey === null ? null : <Arrival key={taskKey} taskKey={taskKey} onArrived={onArrived} />}
      </div>
    </>
  );
}

function Arrival({ taskKey, onArrived }: { readonly taskKey: string; readonly onArrived: () => void }) {
  const loaded = useTask(taskKey);
  const task = loaded.state === 'here' ? loaded.task : null;
  const isSaved = task !== null && task.videos.length > 0 && task.videos.every(({ state }) => state === 'saved');
  const failed = task?.videos.find(({ error, state }) => state === 'failed' && error !== null);
  const failure = failed === undefined ? null : sayTold(videoTrouble(failed));
  const hasArrived = task !== null;

  useEffect(() => {
    if (hasArrived) onArrived();
  }, [hasArrived, onArrived]);

  return (
    <>
      <ul className={styles['list']}>
        <Mark done text={words.sent} />
        <Mark done={hasArrived} text={words.arrived} />
        <Mark done={isSaved} text={words.saved} />
      </ul>
      {loaded.state === 'failed' ? <p>{loaded.error}</p> : null}
      {failure === null || isSaved ? null : <p>{words.savedNot(failure)}</p>}
      {hasArrived ? (
        <a className={buttonClass(isSaved ? 'primary' : 'plain')} href={formatRoute({ list: startList, taskKey })}>
          {words.open}
        </a>
      ) : null}
    </>
  );
}

function Mark({ done, text }: { readonly done: boolean; readonly text: string }) {
  return (
    <li className={styles['mark']} data-done={done || undefined}>
      {done ? <Check size={16} aria-hidden /> : <CircleDashed size={16} aria-hidden />}
      {text}
      {done ? <span className="visually-hidden">: {words.done}</span> : <span aria-hidden>…</span>}
    </li>
  );
}
