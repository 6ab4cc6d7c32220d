/**
 * What acts on the log once the library has taken an event in: each with a name, each apart from the others, in the
 * order of the list. One that throws is logged under its name and acts on the next change; nobody else notices.
 */
import { isLabelEvent } from '../../common/fold.ts';
import type { Task } from '../../common/model.ts';
import type { TakingTurns } from '../in-turns.ts';
import type { Library, LibraryChange } from '../projections/library.ts';
import type { Log } from '../log/log.ts';

export interface Reactor {
  readonly name: string;
  /** Called once per task that an event changed, in the order of the log. */
  readonly onChange: (change: LibraryChange) => void;
  /** Also where a person only labelled the task, maybe a hundred thousand at once: most have nothing to do then. */
  readonly hearsLabels?: true;
  /** Nothing happened to the task just now, but what was known of it was not what the log tells; `null` where there is none. */
  readonly onCorrected?: (key: string, task: Task | null) => void;
  /**
   * Takes up what it has not acted on because the inbox was not running. It looks at the library as it is, so that a
   * place in the log need not be kept and nothing is acted on twice.
   * @param turns in which it goes through many tasks
   */
  readonly catchUp?: (turns: TakingTurns) => Promise<void> | void;
}

export interface Reactors {
  /** What waits from before is taken up. Never rejects. */
  catchUp(turns: TakingTurns): Promise<void>;
  /** See `Library.onCorrected`. */
  corrected(key: string, task: Task | null): void;
  stop(): void;
}

export function startReactors(library: Pick<Library, 'onChange'>, list: readonly Reactor[], log: Log): Reactors {
  function act({ name, onChange }: Reactor, change: LibraryChange): void {
    try {
      onChange(change);
    } catch (error) {
      log.error({ error, reactor: name, key: change.key, seq: change.event.seq }, 'a reactor broke at a change');
    }
  }

  const stop = library.onChange((change) => {
    const isLabel = isLabelEvent(change.event);
    for (const reactor of list) if (!isLabel || reactor.hearsLabels === true) act(reactor, change);
  });

  return {
    async catchUp(turns) {
      await Promise.all(
        list.map(async ({ name, catchUp }) => {
          try {
            await catchUp?.(turns);
          } catch (error) {
            log.error({ error, reactor: name }, 'what waited from before could not be taken up');
          }
        }),
      );
    },
    corrected(key, task) {
      for (const { name, onCorrected } of list) {
        try {
          onCorrected?.(key, task);
        } catch (error) {
          log.error({ error, reactor: name, key }, 'a reactor broke at a task that was corrected');
        }
      }
    },
    stop,
  };
}
