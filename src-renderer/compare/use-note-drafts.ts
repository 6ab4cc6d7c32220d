import { useEffect, useState } from 'react';
import { without } from '../../src-main/common/without.ts';
import { useDraft } from '../ui/use-draft.ts';
import type { NoteDraft } from './take-notes.tsx';
import { nameOfTake, type Take } from './use-takes.ts';

type Drafts = Readonly<Record<string, NoteDraft>>;

export interface NoteDrafts {
  /** By the name of the take. */
  readonly drafts: Drafts;
  /** @param at seconds of the take. */
  readonly begin: (take: Take, at: number) => void;
  readonly write: (take: Take, draft: NoteDraft) => void;
  readonly end: (take: Take) => void;
  /** What was begun waits for its take to be there again, without taking the keys. */
  readonly rest: () => void;
}

/** Notes that are being written, each for the take that it was begun for; they outlive the screen and a reload. */
export function useNoteDrafts(): NoteDrafts {
  const [kept, setKept] = useDraft('compare notes');
  const [drafts, setDrafts] = useState<Drafts>(() => (kept === null ? {} : (JSON.parse(kept) as Drafts)));
  useEffect(() => {
    const begun = resting(drafts);
    setKept(Object.keys(begun).length === 0 ? null : JSON.stringify(begun));
  }, [drafts, setKept]);
  return {
    drafts,
    begin: (take, at) =>
      setDrafts((all) => {
        const { text = '', turn = 0 } = all[nameOfTake(take)] ?? {};
        return { ...all, [nameOfTake(take)]: { text, at, turn: turn + 1, wantsFocus: true } };
      }),
    write: (take, draft) => setDrafts((all) => ({ ...all, [nameOfTake(take)]: draft })),
    end: (take) => setDrafts((all) => without(all, nameOfTake(take))),
    rest: () => setDrafts(resting),
  };
}

function resting(drafts: Drafts): Drafts {
  const begun = Object.entries(drafts).filter(([, { text }]) => text !== '');
  return Object.fromEntries(begun.map(([name, draft]) => [name, { ...draft, wantsFocus: false }]));
}
