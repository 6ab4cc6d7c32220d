import { expect, it } from 'vitest';
import { searchTextOf } from '../../../src-main/common/search/match-search.ts';
import { fold, isLabelEvent, type TaskRecord } from '../../../src-main/common/fold.ts';
import type { EventDraft } from '../../../src-main/common/events.ts';
import { TaskEntry } from '../../../src-main/node/projections/task-entry.ts';
import { delivery, stamp } from '../../support/deliveries.ts';
import { fc } from '../../support/fast-check.ts';

const key = 'kie-luma:a';
const keys = [key];
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const names = fc.subarray(['one', 'two', 'three']);

const anyLabel: fc.Arbitrary<EventDraft> = fc.oneof(
  fc.record({ add: names, remove: names }).map((change): EventDraft => ({ type: 'tagged', keys, ...change })),
  fc.constantFrom('Pitch', '', null).map((project): EventDraft => ({ type: 'projected', keys, project })),
  fc
    .record({
      seen: some(fc.boolean()),
      starred: some(fc.boolean()),
      rating: some(fc.integer({ min: 0, max: 5 })),
      pick: some(fc.constantFrom('picked' as const, 'rejected' as const, null)),
      tags: some(names),
    })
    .map((marks) => JSON.parse(JSON.stringify({ type: 'marked', keys, ...marks })) as EventDraft),
);

/** What the entry is for lists, and what it is for whoever reads it. */
const shown = ({ head, facts, record }: TaskEntry) => ({ head, seq: facts.seq, record });

it('a task that is labelled as a line is what it is when it is folded whole, then and once it is saved (property)', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyLabel, fc.boolean()), { minLength: 1, maxLength: 12 }), (labels) => {
      const events = stamp([delivery('a', { prompt: 'A heron' }), ...labels.map(([draft]) => draft)]);
      const [first, ...rest] = events;
      let whole: TaskRecord | undefined = first === undefined ? undefined : fold(undefined, first, key);
      if (whole === undefined) throw new Error('no task');
      const entry = new TaskEntry(0, whole);
      entry.toEntry();
      entry.searchText = searchTextOf(whole.task);
      rest.forEach((event, at) => {
        if (!isLabelEvent(event)) throw new Error(event.type);
        entry.label(event);
        whole = fold(whole, event, key);
        if (labels[at]?.[1] === true) entry.toEntry();
        if (whole === undefined) throw new Error('no task');
        expect(shown(entry)).toEqual(shown(new TaskEntry(0, whole)));
        expect(entry.searchText).toBe(searchTextOf(whole.task));
      });
    }),
  );
});
