/**
 * Events of the inbox elsewhere that this version cannot read: one of each kind is kept as it came, so that a version that can
 * read one of them knows that there is something to be read again.
 */
import type { ParsedEvent } from '../../common/parse-event.ts';
import type { LeftOut } from './twin-state.ts';

export interface UnreadEvents {
  /** @returns whether it is the first of its kind. */
  add(value: unknown, parsed: ParsedEvent): boolean;
  list(): readonly LeftOut[];
  /** They are read once more. */
  clear(): void;
}

const mostKinds = 16;
/** The longest that is kept as it came. */
const longestKept = 4096;

export function createUnreadEvents(before: readonly LeftOut[], parse: (value: unknown) => ParsedEvent): UnreadEvents {
  let kept = before;
  const kinds = new Set(before.map(({ kind }) => kind));
  return {
    add(value, parsed) {
      const kind = kindOf(parsed);
      if (kinds.has(kind) || kept.length >= mostKinds) return false;
      kinds.add(kind);
      const event = JSON.stringify(value).length > longestKept ? stampOf(parsed) : value;
      kept = [...kept, { kind: kindOf(parse(event)), event }];
      return true;
    },
    list: () => kept,
    clear() {
      kept = [];
      kinds.clear();
    },
  };
}

/** Whether this version reads it, or fails at it in another way than the one before. */
export function isReadOtherwise({ kind, event }: LeftOut, parse: (value: unknown) => ParsedEvent): boolean {
  return kindOf(parse(event)) !== kind;
}

/** Events that one version cannot read and another can, together. */
function kindOf(parsed: ParsedEvent): string {
  if (parsed.kind === 'unknown') return `${parsed.type}/${String(parsed.v)}`;
  return parsed.kind === 'damaged' ? parsed.why : '';
}

function stampOf(parsed: ParsedEvent): unknown {
  if (parsed.kind !== 'unknown') return null;
  return { v: parsed.v, seq: parsed.seq, at: new Date(0).toISOString(), type: parsed.type };
}
