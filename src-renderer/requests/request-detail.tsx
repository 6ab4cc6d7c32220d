import { ChevronLeft, FileDown, RotateCcw, Send, Terminal } from 'lucide-react';
import { useCallback, useState } from 'react';
import { asCurl, outcomeOf, tasksOf, type ReplayOutcome, type RequestDetail } from '../../src-main/common/requests.ts';
import type { Call } from '../client/renderer-client.ts';
import { Message } from '../gallery/empty.tsx';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { formatRoute } from '../router/route.ts';
import { saveBlob } from '../player/frame-picture.ts';
import { useAsked } from '../settings/use-asked.ts';
import { TextInput } from '../settings/text-input.tsx';
import { useStore } from '../store/use-store.ts';
import { enRequestsScreen as words } from '../texts/en-requests-screen.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { BodyView } from './body-view.tsx';
import { Status } from './request-list.tsx';
import styles from './requests.module.css';

interface DetailProps {
  readonly n: number;
  readonly onClose: () => void;
}

const never = () => false;

export function RequestDetailPane({ n, onClose }: DetailProps) {
  const ask = useCallback((call: Call) => call('requests:get', n).then((request) => ({ request })), [n]);
  const { value, error } = useAsked(ask, never);
  return (
    <>
      <div className={styles['back']}>
        <Button onClick={onClose}>
          <ChevronLeft size={16} aria-hidden className="mirrors" />
          {words.backToList}
        </Button>
      </div>
      {value === null ? (
        error === null ? null : (
          <Message title={words.notLoaded} detail={error} />
        )
      ) : value.request === null ? (
        <Message title={words.gone} detail={words.goneDetail} />
      ) : (
        <Whole request={value.request} />
      )}
    </>
  );
}

function Whole({ request }: { readonly request: RequestDetail }) {
  const { format, router, now } = useInbox();
  const present = useStore(now, (value) => value);
  const list = useStore(router, (value) => value.list);
  const refused = request.outcome === 'refused';
  const span = words.ms(format.number(Math.round(request.ms)));
  return (
    <>
      <header className={styles['title']}>
        <Status status={request.status} refused={refused} />
        <h2>
          {words.heading(request.provider === null ? words.unknown : providerTitle(request.provider), request.taskId)}
        </h2>
        {request.key === null ? null : (
          <a className={styles['task']} href={formatRoute({ list, taskKey: request.key })}>
            {words.openTask}
          </a>
        )}
      </header>
      <p className={styles['outcome']} data-tone={refused ? 'bad' : request.odd === null ? undefined : 'warn'}>
        {outcomeOf(request)}
      </p>
      <p className={styles['line']}>
        {[
          format.moment(request.at, present),
          request.outcome === 'stored' ? words.stored(span) : words.answered(span),
          format.size(request.bytes),
          request.trust === null ? null : texts.trust[request.trust].name,
          request.remote === null ? null : words.from(request.remote),
        ]
          .filter((part) => part !== null)
          .join(texts.common.separator)}
      </p>
      {request.allOthers === undefined ? null : <Tasks request={request} />}
      <Acts request={request} />
      <h3>{words.headers}</h3>
      <dl className={styles['headers']}>
        {Object.entries(request.headers).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <BodyView request={request} />
    </>
  );
}

/** All that one body was about. */
function Tasks({ request }: DetailOf) {
  const { taskId, key, allOthers = [] } = request;
  const { router } = useInbox();
  const list = useStore(router, (value) => value.list);
  return (
    <ul className={styles['tasks']} aria-label={tasksOf(request)}>
      {[...(taskId === null ? [] : [{ taskId, key }]), ...allOthers].map((task) => (
        <li key={task.taskId}>
          {task.key === null ? task.taskId : <a href={formatRoute({ list, taskKey: task.key })}>{task.taskId}</a>}
        </li>
      ))}
    </ul>
  );
}

interface DetailOf {
  readonly request: RequestDetail;
}

/** Copy, keep, run again, send elsewhere. Nothing changes here before the difference was seen. */
function Acts({ request }: { readonly request: RequestDetail }) {
  const { actions, client, notices, describe, state } = useInbox();
  const url = useStore(state, ({ callback }) => callback?.url ?? '');
  const [outcome, setOutcome] = useState<ReplayOutcome | null>(null);
  const [sending, setSending] = useState(false);

  const replay = (to: string | null, sign: boolean, take: boolean) =>
    client.call('requests:replay', request.n, { to, sign, take }).then(
      (answer) => {
        setOutcome(take ? null : answer);
        if (take) notices.post({ text: words.taken });
      },
      (error: unknown) => void notices.post({ text: describe(error), kind: 'bad' }),
    );

  return (
    <>
      <div className={styles['acts']}>
        <Button
          onClick={() =>
            void actions.copy(asCurl(request, `${url.slice(0, url.lastIndexOf('/') + 1)}[hidden]`), words.curlCopied)
          }
        >
          <Terminal size={15} aria-hidden />
          {words.copyCurl}
        </Button>
        <Button onClick={() => saveFixture(request)}>
          <FileDown size={15} aria-hidden />
          {words.saveFixture}
        </Button>
        <Button onClick={() => void replay(null, false, false)}>
          <RotateCcw size={15} aria-hidden />
          {words.runAgain}
        </Button>
        <Button aria-expanded={sending} onClick={() => setSending(!sending)}>
          <Send size={15} aria-hidden />
          {words.sendTo}
        </Button>
      </div>
      {outcome === null || outcome.sent !== null ? null : (
        <Difference outcome={outcome} onLeave={() => setOutcome(null)} onTake={() => void replay(null, false, true)} />
      )}
      {sending ? <SendTo sent={outcome?.sent ?? null} onSend={(to, sign) => replay(to, sign, false)} /> : null}
    </>
  );
}

interface DifferenceProps {
  readonly outcome: ReplayOutcome;
  readonly onLeave: () => void;
  readonly onTake: () => void;
}

function Difference({ outcome: { problem, differences }, onLeave, onTake }: DifferenceProps) {
  if (problem !== null || differences.length === 0) {
    return (
      <p className={styles['note']} role="status">
        {problem === null ? words.same : problem === 'cut' ? words.cut : words.notKept}
      </p>
    );
  }
  return (
    <div className={styles['difference']} role="group" aria-label={words.different}>
      <div className={styles['differenceHead']}>
        <p>
          <strong>{words.different}</strong> <span>{words.nothingChanged}</span>
        </p>
        <Button onClick={onLeave}>{words.leave}</Button>
        <Button kind="primary" onClick={onTake}>
          {words.take}
        </Button>
      </div>
      <dl>
        {differences.map(({ field, was, is }) => (
          <div key={field}>
            <dt>{words.fields[field]}</dt>
            <dd>
              <del>{was ?? words.none}</del> <ins>{is ?? words.none}</ins>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

interface SendToProps {
  readonly sent: ReplayOutcome['sent'];
  readonly onSend: (to: string, sign: boolean) => Promise<void>;
}

function SendTo({ sent, onSend }: SendToProps) {
  const { format } = useInbox();
  const [to, setTo] = useState('');
  const [sign, setSign] = useState(false);
  const [busy, setBusy] = useState(false);
  return (
    <form
      className={styles['send']}
      onSubmit={(event) => {
        event.preventDefault();
        if (busy || to.trim() === '') return;
        setBusy(true);
        void onSend(to.trim(), sign).finally(() => setBusy(false));
      }}
    >
      <TextInput value={to} onText={setTo} aria-label={words.address} placeholder={words.addressHint} type="url" />
      <label>
        <input type="checkbox" checked={sign} onChange={(event) => setSign(event.currentTarget.checked)} /> {words.sign}
      </label>
      <Button type="submit" aria-disabled={busy}>
        {busy ? words.sending : words.send}
      </Button>
      <p role="status">
        {sent === null ? null : words.sent(sent.status, words.ms(format.number(Math.round(sent.ms))))}
        {sent === null || sent.text === '' ? null : <code className={styles['answer']}>{sent.text}</code>}
      </p>
    </form>
  );
}

/** What a test of a reader needs: headers and body, secrets hidden. */
function saveFixture(request: RequestDetail): void {
  const { headers, body, bodyEncoding, provider, taskId, n } = request;
  const json = JSON.stringify({ provider, headers, bodyEncoding, body }, null, 2);
  const name = `${provider ?? 'unknown'}-${taskId?.replaceAll(/[^\w-]+/g, '_').slice(0, 60) ?? String(n)}.json`;
  saveBlob(new Blob([json], { type: 'application/json' }), name);
}
