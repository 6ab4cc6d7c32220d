/** What every projection must do: see `projection.ts`. */
import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../src-main/common/events.ts';
import { bytesOf } from '../../../src-main/node/projections/line-pool.ts';
import type { Projection } from '../../../src-main/node/projections/projection.ts';
import { createTaskTable } from '../../../src-main/node/projections/task-table.ts';
import { createSubmissionBook } from '../../../src-main/node/submissions/submission-book.ts';
import { anyHistory } from '../../support/any-history.ts';
import { delivery, stamp } from '../../support/deliveries.ts';
import { fc } from '../../support/fast-check.ts';

const anyOrder = fc
  .record({
    id: fc.constantFrom('one', 'two'),
    what: fc.constantFrom('intended', 'created', 'refused', 'unknown', 'heard'),
    taskId: fc.constantFrom('a', 'b'),
  })
  .map(({ id, what, taskId }): EventDraft => {
    switch (what) {
      case 'intended':
        return {
          type: 'submission-intended',
          id,
          provider: 'kie-veo',
          model: null,
          prompt: null,
          sources: [],
          input: {},
          project: null,
          urlId: `url-${id}`,
          tags: [],
          estimate: null,
        };
      case 'created':
        return { type: 'submission-created', id, taskId };
      case 'refused':
        return { type: 'submission-refused', id, code: 'no-credits', params: {}, message: null };
      case 'unknown':
        return { type: 'submission-unknown', id, code: 'timeout', params: {} };
      case 'heard': {
        const draft = delivery(taskId);
        return { ...draft, evidence: draft.evidence === null ? null : { ...draft.evidence, urlId: `url-${id}` } };
      }
    }
  });
const anyOrders = fc.array(anyOrder, { minLength: 1, maxLength: 30 });

interface Case<S> {
  readonly name: string;
  readonly create: () => Projection<S>;
  readonly histories: fc.Arbitrary<EventDraft[]>;
  /** What it knows, for a comparison. */
  readonly contentOf: (state: S) => unknown;
}

function projectionSuite<S>({ name, create, histories, contentOf }: Case<S>): void {
  it(`${name}: any snapshot, and events read again from before it, give the same (property)`, () => {
    fc.assert(
      fc.property(histories, fc.nat(40), fc.nat(40), (drafts, one, other) => {
        const events = stamp(drafts);
        const straight = create();
        for (const event of events) straight.apply(event);

        const before = create();
        const [from, upTo] = [Math.min(one, other), Math.max(one, other)];
        for (const event of events.slice(0, upTo)) before.apply(event);
        const after = create();
        after.restore(before.snapshot());
        for (const event of events.slice(from)) after.apply(event);
        expect(contentOf(after.snapshot())).toEqual(contentOf(straight.snapshot()));
      }),
      { numRuns: 300 },
    );
  });
}

describe('a projection', () => {
  projectionSuite({
    name: 'the tasks of the library',
    create: createTaskTable,
    histories: anyHistory,
    contentOf: ({ pages, gone }) => ({
      tasks: pages
        .flat()
        .sort((a, b) => a.facts.firstSeq - b.facts.firstSeq)
        .map(({ facts, line }) => ({ facts, line: Buffer.from(bytesOf(line)).toString() })),
      gone: gone.map(({ key, goneSeq }) => `${key} ${String(goneSeq)}`).sort(),
    }),
  });
  projectionSuite({
    name: 'the submissions',
    create: createSubmissionBook,
    histories: anyOrders,
    contentOf: (submissions) => submissions,
  });
});
