/**
 * State that is made from the log and from nothing else: the same events give the same state, whoever wrote them and
 * wherever a snapshot was taken in between. One test tells what each must do: `test/node/projections/projections.test.ts`.
 */
import type { StampedEvent } from '../../common/events.ts';

export interface Projection<S> {
  /** In the order of the log. A start may read events again that a snapshot has seen: once it is past them, nothing differs. */
  apply(event: StampedEvent): unknown;
  /** All that it knows, as data. */
  snapshot(): S;
  /** Begins with what a snapshot knows; before the first event. */
  restore(state: S): void;
}
