import type { BatchReport, Submitted } from '../../src-main/common/loop-calls.ts';
import { useInbox } from '../inbox.ts';
import { formatRoute } from '../router/route.ts';
import { useStore } from '../store/use-store.ts';
import { enSubmit as words } from '../texts/en-submit.ts';
import styles from './new-video.module.css';

export type Outcome =
  | Submitted
  | { readonly outcome: 'batch'; readonly report: BatchReport }
  /** Found before anything was sent; a sentence. */
  | { readonly outcome: 'not-sent'; readonly message: string }
  /** The inbox itself did not answer. */
  | { readonly outcome: 'lost' };

/** What came of it. It stays until the next press. */
export function Told({ outcome }: { readonly outcome: Outcome | null }) {
  return (
    <>
      <div role="status">
        {outcome?.outcome === 'made' ? <Made made={outcome} /> : null}
        {outcome?.outcome === 'batch' ? <Summary report={outcome.report} /> : null}
      </div>
      <div role="alert">
        {outcome === null || outcome.outcome === 'made' || outcome.outcome === 'batch' ? null : (
          <div className={styles['outcome']} data-tone={outcome.outcome === 'refused' ? 'bad' : 'warn'}>
            <h2>{titles[outcome.outcome]}</h2>
            <p>{outcome.outcome === 'lost' ? words.lost : outcome.message}</p>
          </div>
        )}
      </div>
    </>
  );
}

const titles = {
  refused: words.refusedTitle,
  'not-sent': words.notSentTitle,
  unknown: words.unknownTitle,
  lost: words.unknownTitle,
} as const;

function Made({ made }: { readonly made: Extract<Outcome, { readonly outcome: 'made' }> }) {
  const { router } = useInbox();
  const list = useStore(router, (value) => value.list);
  return (
    <div className={styles['outcome']}>
      <p>{words.made(made.taskId)}</p>
      {made.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <a href={formatRoute({ list, taskKey: made.key })}>{words.openTask}</a>
    </div>
  );
}

/** Of several at once: how many went which way, and each reason once. */
function Summary({ report }: { readonly report: BatchReport }) {
  const { format } = useInbox();
  const { several: said } = words;
  const { made, refused, unknown, notSent, results, creditsBefore, creditsAfter } = report;
  const reasons = new Set(results.flatMap((result) => ('message' in result ? [result.message] : [])));
  const lines = [
    said.report(format.number(made), format.number(results.length)),
    refused === 0 ? null : said.refused(refused, format.number(refused)),
    notSent === 0 ? null : said.notSent(notSent, format.number(notSent)),
    unknown === 0 ? null : said.unknown(unknown, format.number(unknown)),
    creditsBefore === null || creditsAfter === null ? null : said.spent(format.number(creditsBefore - creditsAfter)),
    ...reasons,
  ].filter((line) => line !== null);
  return (
    <div className={styles['outcome']} data-tone={made === results.length ? undefined : 'warn'}>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}
