import { InboxError } from '../common/errors.ts';
import { commandTexts } from '../common/texts/en-commands.ts';

const shownSigns = 40;

/**
 * Who typed a command knows of no calls, and of no places among their arguments: what is wrong is told of the field by its
 * name, or of the value as it was typed.
 * @param args of the call that was refused.
 */
export function toldOfTyped(refused: InboxError, args: readonly unknown[]): InboxError {
  const [, where, problem] = refused.text.params;
  if (refused.text.key !== 'commands.callNotUnderstood') return refused;
  if (typeof where !== 'string' || typeof problem !== 'string') return refused;
  const place = /^argument (\d+)(?:, (.+))?$/.exec(where);
  if (place === null) return refused;
  const [, n, inner = ''] = place;
  const [, field] = /(?:^|\.)(\w+)$/.exec(inner) ?? [];
  const value = valueAt(args[Number(n) - 1], inner);
  if (field === undefined && typeof value !== 'string') return refused;
  const name = field ?? `"${shortened(String(value))}"`;
  return new InboxError(refused.code, commandTexts.argumentNotUnderstood(name, problem), { cause: refused });
}

/** @param inner as in `keys[2]`. */
function valueAt(held: unknown, inner: string): unknown {
  return (inner.match(/\w+/g) ?? []).reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    held,
  );
}

function shortened(text: string): string {
  return text.length <= shownSigns ? text : `${text.slice(0, shownSigns)}…`;
}
