import { useEffect, useRef } from 'react';
import type { BatchReport, SubmittedView } from '../../src-main/common/loop-calls.ts';
import { sayTold } from '../../src-main/common/texts/language.ts';
import type { Told as ToldSentence } from '../../src-main/common/texts/sentence.ts';
import { useInbox } from '../inbox.ts';
import { formatRoute } from '../router/route.ts';
import { useStore } from '../store/use-store.ts';
import { enSubmit as words } from '../texts/en-submit.ts';
import styles from './new-video.module.css';

export type Outcome =
  | SubmittedView
  | { readonly outcome: 'batch'; readonly report: BatchReport }
  /** Found before anything was sent; a sentence. */
  | ({ readonly outcome: 'not-sent' } & ToldSentence)
  /** The inbox itself did not answer. */
  | { readonly outcome: 'lost' };

/** What came of it, brought into view: it was paid for, and the form may be longer than its window. It stays until the next press. */
export function Told({ outcome }: { readonly outcome: Outcome | null }) {
  const told = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (outcome !== null) told.current?.scrollIntoView({ block: 'nearest' });
  }, [outcome]);
  return (
    <div ref={told} className={styles['told']}>
      <div role="status">
        {outcome?.outcome === 'made' ? <Made made={outcome} /> : null}
        {outcome?.outcome === 'batch' ? <Summary report={outcome.report} /> : null}
      </div>
      <div role="alert">
        {outcome === null || outcome.outcome === 'made' || outcome.outcome === 'batch' ? null : (
          <div className={styles['outcome']} data-tone={outcome.outcome === 'refused' ? 'bad' : 'warn'}>
            <h2>{titleOf(outcome.outcome)}</h2>
            <p>{outcome.outcome === 'lost' ? words.lost : sayTold(outcome)}</p>
          </div>
        )}
      </div>
    </div>
  );
}

function titleOf(outcome: 'refused' | 'not-sent' | 'unknown' | 'lost'): string {
  if (outcome === 'refused') return words.refusedTitle;
  return outcome === 'not-sent' ? words.notSentTitle : words.unknownTitle;
}

function Made({ made }: { readonly made: Extract<Outcome, { readonly outcome: 'made' }> }) {
  const { router } = useInbox();
  const list = useStore(router, (value) => value.list);
  return (
    <div className={styles['outcome']}>
      <p>{words.made(made.taskId)}</p>
      {(made.noteTexts ?? made.notes.map((message) => ({ message }))).map((note) => (
        <p key={note.message}>{sayTold(note)}</p>
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
  const reasons = new Set(results.flatMap((result) => ('message' in result ? [sayTold(result)] : [])));
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
