/** The one place where a call by name becomes a typed call; both transports end here. */
import type { Answer, ArgParsers, CallName, Handlers } from './contract.ts';
import { InboxError, toErrorData } from './errors.ts';
import { commandTexts } from './texts/en-commands.ts';

export type Dispatch = (name: string, args: readonly unknown[]) => Promise<Answer>;

export interface DispatchPorts {
  readonly handlers: Handlers;
  readonly parsers: ArgParsers;
  /** What a fault below is to the person, where that is known: an `InboxError`, else the fault as it is. */
  readonly foreseen?: (error: unknown) => unknown;
  /** Gets whatever is not an `InboxError`: a bug, to be logged whole. */
  readonly onBug: (name: string, error: unknown) => void;
}

export function createDispatch({ handlers, parsers, foreseen, onBug }: DispatchPorts): Dispatch {
  function run(name: CallName, args: readonly unknown[]): unknown {
    // The parser of a name gives the arguments of its handler; across the union of all names that cannot be expressed.
    const handler = handlers[name] as (...parsed: readonly unknown[]) => unknown;
    return handler(...parsers[name](args));
  }
  return async (name, args) => {
    try {
      if (!Object.hasOwn(handlers, name)) throw new InboxError('not-found', commandTexts.unknownCall(name));
      const value = await run(name as CallName, args);
      return { ok: true, value: value ?? null };
    } catch (fault) {
      const error = foreseen === undefined ? fault : foreseen(fault);
      if (!(error instanceof InboxError)) onBug(name, error);
      return { ok: false, error: toErrorData(error) };
    }
  };
}
