/** What an append waits for until it comes back in the order of the shared log. */
import { expect, it } from 'vitest';
import type { StampedEvent } from '../../../src-main/common/events.ts';
import { cursorOf } from '../../../src-main/node/event-log/event-log.ts';
import { createOwnEvents, type OwnEvents } from '../../../src-main/node/shared-log/own-events.ts';
import { firstPlace } from '../../../src-main/node/shared-log/place.ts';
import { delivery } from '../../support/deliveries.ts';

function come(own: OwnEvents, k: number): void {
  const event: StampedEvent = { v: 2, seq: k, at: '2026-01-01T00:00:00.000Z', ...delivery(String(k)) };
  const stored = { event, behind: cursorOf(String(k)) };
  own.came({ node: 'a+', k, place: { ...firstPlace, k }, read: { kind: 'event', stored } });
}

it('keeps what came only until whoever waits for it has it', async () => {
  const own = createOwnEvents();
  own.expect(2, 2);
  come(own, 1);
  come(own, 2);
  expect((await own.until(2, 2, 60_000)).map(({ event }) => event.seq)).toEqual([1, 2]);
  // Its wait was over before they came.
  own.expect(3, 1);
  expect(await own.until(3, 1, 0)).toEqual([]);
  come(own, 3);
  expect(await own.until(3, 1, 60_000)).toEqual([]);
  // Nobody waits for the fourth, since the answer of the database was lost; the fifth is waited for.
  own.expect(5, 1);
  come(own, 4);
  come(own, 5);
  expect((await own.until(5, 1, 60_000)).map(({ event }) => event.seq)).toEqual([5]);
  expect(await own.until(4, 1, 60_000)).toEqual([]);
  expect(own.pending()).toBe(0);
});
