import { sayTold } from '../../src-main/common/texts/language.ts';
import { Plus } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { ProviderView, SubmissionView, WatchView } from '../../src-main/common/loop-calls.ts';
import type { Call } from '../client/renderer-client.ts';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { formatRoute } from '../router/route.ts';
import { Select } from '../settings/select.tsx';
import { TextInput } from '../settings/text-input.tsx';
import { useAsked } from '../settings/use-asked.ts';
import { taskTitle } from '../store/task-title.ts';
import { useStore } from '../store/use-store.ts';
import { enSubmit } from '../texts/en-submit.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { focusNeighbour } from '../ui/focus-neighbour.ts';
import { KeyEntry } from './key-entry.tsx';
import styles from './watching.module.css';

const { watch: words } = enSubmit;
const askList = (call: Call) => call('watch:list');
const askOpen = (call: Call) => call('submissions:open');
const isNews = ({ name }: PageEvent): boolean =>
  name === 'tasks:changed' || name === 'tasks:removed' || name === 'settings:changed' || name === 'resync';
const secondMs = 1000;
const dayMs = 86_400_000;

/** What was ordered and has not come: since when, when it is asked for again, and what nobody knows. */
export function Watching({ providers, turn }: { readonly providers: readonly ProviderView[]; readonly turn: number }) {
  const { format } = useInbox();
  const watched = useAsked(askList, isNews);
  const open = useAsked(askOpen, isNews);
  const [adding, setAdding] = useState(false);
  const now = useSeconds();
  const { reload: reloadList } = watched;
  const { reload: reloadOpen } = open;
  useEffect(() => {
    if (turn === 0) return;
    reloadList();
    reloadOpen();
  }, [turn, reloadList, reloadOpen]);

  // Refused ones are told where they were sent; here is what may have cost something.
  const doubtful = (open.value ?? []).filter(
    ({ state, intendedAt }) =>
      state === 'intended' || (state === 'unknown' && now - Date.parse(intendedAt) < 7 * dayMs),
  );
  const tasks = watched.value ?? [];
  const count = tasks.length + doubtful.length;
  return (
    <aside className={styles['watching']} aria-labelledby="watching">
      <header className={styles['head']}>
        <h2 id="watching">{words.title}</h2>
        <span className={styles['count']}>{count === 0 ? '' : words.tasks(count, format.number(count))}</span>
        <Button aria-expanded={adding} onClick={() => setAdding(!adding)}>
          <Plus size={14} aria-hidden />
          {words.add}
        </Button>
      </header>
      {adding ? (
        <AddTask
          providers={providers}
          onAdded={() => {
            setAdding(false);
            reloadList();
          }}
        />
      ) : null}
      {watched.error === null ? null : (
        <p role="alert" className={styles['bad']}>
          {words.notLoaded} {watched.error}
        </p>
      )}
      {watched.value !== null && count === 0 ? <p className={styles['quiet']}>{words.empty}</p> : null}
      <ul className={styles['list']}>
        {doubtful.map((submission) => (
          <Doubtful key={submission.id} submission={submission} now={now} />
        ))}
        {tasks.map((task) => (
          <Watched
            key={task.key}
            task={task}
            now={now}
            provider={providers.find(({ provider }) => provider === task.provider) ?? null}
            onChange={reloadList}
          />
        ))}
      </ul>
      <p className={styles['foot']}>{words.asleep}</p>
    </aside>
  );
}

function Doubtful({ submission, now }: { readonly submission: SubmissionView; readonly now: number }) {
  const { format } = useInbox();
  const { state, prompt, provider, intendedAt } = submission;
  return (
    <li className={styles['row']}>
      <p className={styles['title']} dir="auto">
        {prompt ?? providerTitle(provider)}
      </p>
      {state === 'unknown' ? (
        <>
          <p className={styles['bad']}>{words.unknown}</p>
          <p className={styles['quiet']}>
            {words.unknownDetail} {providerTitle(provider)}, {words.since(format.moment(intendedAt, now))}
          </p>
        </>
      ) : (
        <p className={styles['quiet']}>{words.sending}</p>
      )}
    </li>
  );
}

interface WatchedProps {
  readonly task: WatchView;
  readonly now: number;
  readonly provider: ProviderView | null;
  readonly onChange: () => void;
}

function Watched({ task, now, provider, onChange }: WatchedProps) {
  const { client, format, describe, router, actions } = useInbox();
  const [said, setSaid] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const list = useStore(router, (value) => value.list);
  const title = taskTitle(task);
  const passed = Math.max(0, now - Date.parse(task.since));
  const wait = task.nextAskAt === null ? null : Date.parse(task.nextAskAt) - now;
  const needsKey = provider !== null && !provider.hasKey;

  const ask = async () => {
    if (asking) return;
    setAsking(true);
    try {
      setSaid(sayTold(await client.call('tasks:ask', task.key)));
    } catch (error) {
      setSaid(describe(error));
    } finally {
      setAsking(false);
      onChange();
    }
  };
  return (
    <li
      className={styles['row']}
      data-overdue={task.isOverdue || task.isReady || undefined}
      data-pictured={task.picture !== null || undefined}
    >
      <Picture task={task} />
      <p className={styles['title']} dir="auto">
        <a href={formatRoute({ list, taskKey: task.key })}>{title}</a>
      </p>
      <p className={styles['state']}>
        {task.isReady
          ? texts.card.needsApiKey
          : task.isOverdue
            ? words.overdue(format.span(Math.max(secondMs, passed - task.usualMs)))
            : words.being(format.span(passed), format.span(task.usualMs))}
      </p>
      {task.isReady ? null : (
        <progress
          className={styles['bar']}
          aria-label={words.progress(title)}
          max={task.usualMs}
          value={Math.min(passed, task.usualMs)}
        />
      )}
      <p className={styles['quiet']}>
        {[
          providerTitle(task.provider),
          words.since(format.moment(task.since, now)),
          task.askedAt === null ? null : words.askedLast(format.age(task.askedAt, now)),
          wait === null
            ? task.isReady
              ? null
              : words.never
            : wait < secondMs
              ? words.soon
              : words.next(format.span(wait)),
        ]
          .filter((part) => part !== null)
          .join(texts.common.separator)}
      </p>
      {needsKey ? (
        <KeyEntry keyName={provider.keyName} onSaved={onChange} />
      ) : task.problem === null ? null : (
        <p className={styles['bad']}>
          {sayTold({ message: task.problem, ...(task.problemText === undefined ? {} : { text: task.problemText }) })}
        </p>
      )}
      <p role="status" className={styles['said']}>
        {said ?? ''}
      </p>
      <div className={styles['acts']}>
        {needsKey ? null : (
          <Button aria-label={words.askFor(title)} aria-disabled={asking || undefined} onClick={() => void ask()}>
            {asking ? words.asking : words.ask}
          </Button>
        )}
        <Button
          kind="quiet"
          aria-label={words.removeFor(title)}
          onClick={(event) => {
            focusNeighbour(event.currentTarget, 'button');
            void client
              .call('watch:remove', task.key)
              .catch((error: unknown) => setSaid(describe(error)))
              .then(onChange);
          }}
        >
          {words.remove}
        </Button>
        {needsKey ? null : (
          <Button kind="quiet" onClick={() => void actions.copy(task.taskId, texts.player.taskIdCopied)}>
            {texts.player.copyTaskId}
          </Button>
        )}
      </div>
    </li>
  );
}

/** For the eye only: the title says what it is. */
function Picture({ task: { key, picture } }: { readonly task: WatchView }) {
  const { client } = useInbox();
  if (picture === null) return null;
  const common = { className: styles['picture'], 'aria-hidden': true } as const;
  if (picture.kind === 'poster') return <img {...common} src={client.posterUrl(key, picture.version)} alt="" />;
  const url = client.sourceUrl(key, picture.n);
  return picture.kind === 'image' ? (
    <img {...common} src={url} alt="" />
  ) : (
    <video {...common} src={`${url}#t=0.1`} muted playsInline preload="metadata" tabIndex={-1} />
  );
}

/** A task that was ordered elsewhere. */
function AddTask({
  providers,
  onAdded,
}: {
  readonly providers: readonly ProviderView[];
  readonly onAdded: () => void;
}) {
  const { client, describe } = useInbox();
  const [provider, setProvider] = useState(providers[0]?.provider ?? '');
  const [taskId, setTaskId] = useState('');
  const [error, setError] = useState<string | null>(null);
  const add = async () => {
    try {
      await client.call('watch:add', provider, taskId.trim(), { model: null, project: null });
      onAdded();
    } catch (failure) {
      setError(describe(failure));
    }
  };
  return (
    <form
      className={styles['add']}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <Select
        aria-label={enSubmit.provider}
        value={provider}
        options={providers.map((each) => ({ value: each.provider, text: each.name }))}
        onChoose={setProvider}
      />
      <TextInput required autoFocus aria-label={words.addId} value={taskId} onText={setTaskId} />
      <Button type="submit">{words.addAct}</Button>
      <p role="alert" className={styles['bad']}>
        {error ?? ''}
      </p>
    </form>
  );
}

/** The present, to the second, for what is counted down. */
function useSeconds(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), secondMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}
