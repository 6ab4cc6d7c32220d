import type { ReactNode } from 'react';
import { Message } from '../gallery/empty.tsx';
import { type Screen as ScreenRoute, type Side, usualMode } from '../router/route.ts';
import { Screen } from '../shell/screen.tsx';
import { useTabTitle } from '../shell/use-tab-title.ts';
import { shortened, taskTitle } from '../store/task-title.ts';
import { enCompare as words } from '../texts/en-compare.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './compare.module.css';
import { Pair } from './pair.tsx';
import { isSide, nameOfTake, type Take, useTakes } from './use-takes.ts';

interface CompareProps extends Omit<Extract<ScreenRoute, { name: 'compare' }>, 'name'> {
  readonly onTitle: (title: string | null) => void;
}

/** What did the model change, and is take B better than A: on the same frame. */
export function Compare({ sides, mode, at, zoom, onTitle }: CompareProps) {
  const { takes, lacks, leftOut, error, askAgain } = useTakes(sides);
  const first = takes === null || takes.length < 2 ? null : firstOf(takes, sides);
  useTabTitle(onTitle, first === null ? null : shortened(taskTitle(first.task), 80));
  return (
    <Screen title={words.title} detail={takes === null || first === null ? null : detailOf(takes, first)} isWide>
      {takes === null && error !== null ? (
        <Message title={texts.errors.loadTask} detail={error}>
          <Button onClick={askAgain}>{texts.common.tryAgain}</Button>
        </Message>
      ) : takes === null ? (
        <p className="visually-hidden" role="status">
          {words.loading}
        </p>
      ) : takes.length < 2 ? (
        <Message
          title={lacks === 'task' ? words.gone : lacks === 'film' ? words.filmless : words.nothing}
          detail={lacks === null ? words.nothingDetail : words.goneDetail}
        />
      ) : (
        <Pair
          // Another link is another comparison; a take more is the same one.
          key={takes
            .filter((take) => sides.some((side) => isSide(side, take)))
            .map(nameOfTake)
            .join(' ')}
          takes={takes}
          leftOut={leftOut}
          sides={sides}
          mode={mode ?? usualMode(sides)}
          startAt={at ?? 0}
          startZoom={zoom ?? null}
        />
      )}
    </Screen>
  );
}

const firstOf = (takes: readonly Take[], sides: readonly Side[]): Take | null =>
  takes.find((take) => sides[0] !== undefined && isSide(sides[0], take)) ?? takes[0] ?? null;

/** What is compared, in words: the title of the one that was opened, and how many there are to choose from. */
function detailOf(takes: readonly Take[], first: Take): ReactNode {
  const results = takes.filter(({ source }) => source === undefined).length;
  const count = (results < takes.length ? words.sourceAndTakes : texts.card.takes)(results, String(results));
  // A title runs as it is written and is cut at its end, what is told beside it runs as the page does and is not cut.
  return (
    <span className={styles['about']}>
      <span dir="auto">{shortened(taskTitle(first.task), 120)}</span>
      <span>
        {texts.common.separator}
        {count}
      </span>
    </span>
  );
}
