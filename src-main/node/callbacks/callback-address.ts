/** What the address of a request says: whether it is a callback URL, of which token, and what stands behind it. */
import type { IncomingMessage } from 'node:http';
import { trimmedEnd } from '../../common/trim.ts';

/**
 * Of a request's target, which names the whole address where a proxy is spoken to. Some senders encode what needs none
 * (`%2D`); what nobody can decode stays as it is.
 */
function pathOf(target: string): string {
  const whole = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '');
  const end = whole.search(/[?#]/);
  const path = end < 0 ? whole : whole.slice(0, end);
  if (!path.includes('%')) return path;
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/**
 * The token of a callback URL. People paste it with signs around it that it has not (slashes, blanks, quotes, brackets, a
 * full stop, a blank without width), in any script, and some senders put a path of theirs together with two slashes.
 * @returns `null` where the target is none of ours.
 */
export function tokenIn(target: string): string | null {
  const plain = /^\/c\/([\w-]{1,200})$/.exec(target)?.[1];
  if (plain !== undefined) return plain;
  const [, token, behind = ''] = pasted.exec(pathOf(target)) ?? [];
  const query = behind.search(/[&;?#]|%3f|%23/i);
  return token !== undefined && noWords.test(query < 0 ? behind : behind.slice(0, query)) ? token : null;
}

const pasted = /^\/+c\/(?:%[\da-f]{2}|[^\w%-])*([\w-]{1,200})(?![\w-])(.*)$/is;
/** Signs, written out or not, and words of other scripts; a word of ours is another path. */
const noWords = /^(?:%(?:[\da-f]{2})?|[^\w%-])*$/i;

/** Markdown puts these around what it shows in italics; a token may begin or end with one of its own. */
export function withoutMarks(token: string): string {
  return trimmedEnd(token.replace(/^[_-]+/, ''), '_-');
}

/** What stands behind the question mark. */
export function queryOf({ url = '' }: IncomingMessage): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}
