import { useEffect, useRef, useState } from 'react';
import { useInbox } from '../inbox.ts';

export type SaveState =
  | { readonly kind: 'idle' | 'saving' | 'saved' }
  | {
      readonly kind: 'failed';
      /** A sentence. */
      readonly message: string;
    };

export interface Save {
  readonly state: SaveState;
  /** @returns whether it was saved. */
  readonly run: (work: () => Promise<unknown>) => Promise<boolean>;
  readonly fail: (message: string) => void;
  readonly clear: () => void;
}

const savedMs = 2_500;

/** How it went with the one field that this belongs to: a quiet "Saved" for a moment, or a sentence that stays. */
export function useSave(): Save {
  const { describe } = useInbox();
  const [state, setState] = useState<SaveState>({ kind: 'idle' });
  const turn = useRef(0);

  useEffect(() => {
    if (state.kind !== 'saved') return;
    const timer = setTimeout(() => setState({ kind: 'idle' }), savedMs);
    return () => clearTimeout(timer);
  }, [state]);

  return {
    state,
    async run(work) {
      turn.current += 1;
      const mine = turn.current;
      const show = (next: SaveState) => {
        if (mine === turn.current) setState(next);
      };
      show({ kind: 'saving' });
      try {
        await work();
        show({ kind: 'saved' });
        return true;
      } catch (error) {
        show({ kind: 'failed', message: describe(error) });
        return false;
      }
    },
    fail: (message) => setState({ kind: 'failed', message }),
    clear: () => setState({ kind: 'idle' }),
  };
}
