import { useEffect, useState } from 'react';
import type { RequestHead } from '../../src-main/common/requests.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { useInbox } from '../inbox.ts';

/** The request that came at this time: its number, and how long it took, as it is shown; `null` where it is not in the list any more. */
export type AnswerTimes = (at: string) => { readonly n: number; readonly took: string } | null;

type Answer = Pick<RequestHead, 'n' | 'at' | 'lastAt' | 'ms'>;

/** The moment in the story is that of storing, the one in the list that of the request: so far apart they may be. */
const apartMs = 5_000;
const mostRequests = 50;

/** How fast the callbacks of a task were answered. */
export function useAnswerTimes({ key, history }: Pick<TaskView, 'key' | 'history'>): AnswerTimes {
  const { client, format } = useInbox();
  const [answers, setAnswers] = useState<readonly Answer[]>([]);
  const arrived = history.length;

  useEffect(() => {
    let isOver = false;
    const query = { show: 'all', provider: null, text: '', key, offset: 0, limit: mostRequests } as const;
    const tell = (rows: readonly Answer[]) => isOver || setAnswers(rows);
    client.call('requests:query', query).then(
      ({ rows }) => tell(rows),
      // A side remark: without it the story is whole.
      () => tell([]),
    );
    return () => {
      isOver = true;
    };
  }, [client, key, arrived]);

  return (at) => {
    const wanted = Date.parse(at);
    const distance = (answer: Answer) =>
      Math.min(...[answer.at, answer.lastAt].map((each) => Math.abs(Date.parse(each) - wanted)));
    const [nearest] = answers.toSorted((a, b) => distance(a) - distance(b));
    if (nearest === undefined || distance(nearest) > apartMs) return null;
    return { n: nearest.n, took: format.milliseconds(nearest.ms) };
  };
}
