export interface Piece {
  readonly text: string;
  readonly kind: 'same' | 'left' | 'right';
}

/** Longer ones are told whole: nobody reads a difference of a thousand words, and the table would be large. */
const mostWords = 600;

/** What of two prompts is in both, only in the left, only in the right, word by word. */
export function wordDiff(left: string, right: string): readonly Piece[] {
  const [a, b] = [wordsOf(left), wordsOf(right)];
  if (a.length > mostWords || b.length > mostWords) {
    return [
      { text: left, kind: 'left' },
      { text: right, kind: 'right' },
    ];
  }
  // lengths[i][j]: how many words the rests from i and j have in common.
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  const common = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = lengths[i];
      if (row !== undefined)
        row[j] = a[i] === b[j] ? common(i + 1, j + 1) + 1 : Math.max(common(i + 1, j), common(i, j + 1));
    }
  }
  const pieces: Piece[] = [];
  const add = (text: string, kind: Piece['kind']) => {
    const last = pieces.at(-1);
    if (last?.kind === kind) pieces[pieces.length - 1] = { kind, text: `${last.text} ${text}` };
    else pieces.push({ kind, text });
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const [one, other] = [a[i], b[j]];
    if (one !== undefined && one === other) {
      add(one, 'same');
      i += 1;
      j += 1;
    } else if (one !== undefined && (other === undefined || common(i + 1, j) >= common(i, j + 1))) {
      add(one, 'left');
      i += 1;
    } else if (other !== undefined) {
      add(other, 'right');
      j += 1;
    }
  }
  return pieces;
}

const wordsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean);
