import { useState } from 'react';
import type { Side } from '../router/route.ts';
import { isSide, nameOfTake, type Take } from './use-takes.ts';

/** Places among the takes. */
export type Places = Readonly<Record<'left' | 'right', number>>;
type Names = Readonly<Record<'left' | 'right', string | undefined>>;

export interface PairChoice {
  readonly pair: Places;
  readonly setPair: (next: Places) => void;
  readonly choose: (side: 'left' | 'right', to: number) => void;
  readonly swap: () => void;
  /** The next one that is not on the left. */
  readonly nextRight: (step: 1 | -1) => void;
}

/**
 * Which two are compared: by name, because others arrive and go while they are looked at.
 * @param sides as the address names them.
 * @param onChange called with each choice.
 */
export function usePair(takes: readonly Take[], sides: readonly Side[], onChange: () => void): PairChoice {
  const [chosen, setChosen] = useState(() => namesOf(takes, firstPair(takes, sides)));
  const pair = placesOf(takes, chosen);
  const setPair = (next: Places) => {
    setChosen(namesOf(takes, next));
    onChange();
  };
  const swap = () => setPair({ left: pair.right, right: pair.left });
  return {
    pair,
    setPair,
    choose: (side, to) => (to === pair[side === 'left' ? 'right' : 'left'] ? swap() : setPair({ ...pair, [side]: to })),
    swap,
    nextRight: (step) => {
      for (let i = 1; i < takes.length; i += 1) {
        const to = (pair.right + step * i + takes.length * i) % takes.length;
        if (to !== pair.left) {
          setPair({ ...pair, right: to });
          return;
        }
      }
    },
  };
}

/** Two that were chosen; one alone beside what it was made from, else beside the newest of the others. */
function firstPair(takes: readonly Take[], sides: readonly Side[]): Places {
  const [first, ...more] = sides;
  const opened = takes.findIndex((take) => first !== undefined && isSide(first, take));
  if (more.length > 0 || opened < 0 || first?.isSource === true) return { left: 0, right: 1 };
  if (takes[0]?.source !== undefined) return { left: 0, right: opened };
  return { left: opened, right: opened === takes.length - 1 ? opened - 1 : takes.length - 1 };
}

function namesOf(takes: readonly Take[], { left, right }: Places): Names {
  const names = takes.map(nameOfTake);
  return { left: names[left], right: names[right] };
}

/** In the place of one that is gone stands the first that is not on the other side. */
function placesOf(takes: readonly Take[], { left, right }: Names): Places {
  const names = takes.map(nameOfTake);
  const [l, r] = [names.findIndex((name) => name === left), names.findIndex((name) => name === right)];
  const leftAt = l >= 0 ? l : r === 0 ? 1 : 0;
  return { left: leftAt, right: r >= 0 ? r : leftAt === 0 ? 1 : 0 };
}
