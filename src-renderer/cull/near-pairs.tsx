import type { TaskView } from '../../src-main/common/task-view.ts';
import { letterOf } from '../compare/letters.ts';
import { useInbox } from '../inbox.ts';
import { enCull as words } from '../texts/en-cull.ts';
import { Button } from '../ui/button.tsx';
import styles from './cull.module.css';
import type { Likeness } from './near-duplicates.ts';

interface NearPairsProps {
  readonly takes: readonly TaskView[];
  readonly likeness: readonly (Likeness | null)[];
  /** Puts these two beside one another. */
  readonly onLook: (pair: readonly TaskView[]) => void;
}

/** Which takes look alike: told and looked at, never rejected by itself. Those of the same bytes need no look. */
export function NearPairs({ takes, likeness, onLook }: NearPairsProps) {
  const { format } = useInbox();
  const pairs = takes.flatMap((take, i) => {
    const like = likeness[i];
    const other = like?.kind === 'near' ? takes[like.of] : undefined;
    return like === null || like === undefined || other === undefined
      ? []
      : [{ pair: [other, take], name: words.pair(letterOf(i), letterOf(like.of)) }];
  });
  const [first] = pairs;
  if (first === undefined) return null;
  // The first that still has something to decide.
  const next = pairs.find(({ pair }) => pair.every(({ pick }) => pick !== 'rejected')) ?? first;
  return (
    <div role="listitem" className={styles['pairs']}>
      <strong>{words.alike(pairs.length, format.number(pairs.length))}</strong>
      <p className={styles['quiet']}>{words.alikeHow}</p>
      <p className={styles['pairNames']}>
        {pairs.map(({ pair, name }) => (
          <button key={name} type="button" onClick={() => onLook(pair)}>
            {name}
          </button>
        ))}
      </p>
      <Button onClick={() => onLook(next.pair)}>{words.inPairs}</Button>
    </div>
  );
}
