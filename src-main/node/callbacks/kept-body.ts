/** What of a body is kept, without the secrets that it may hold. */
import type { Result } from '../../common/model.ts';
import { without } from '../../common/without.ts';
import { createRedactor, type Redactor } from '../../common/redact.ts';

export interface KeptBody {
  readonly body: string;
  readonly bodyEncoding: 'utf8' | 'base64';
}

/** @param isWhole False where `text` lost bytes on the way: those do not survive the way there and back. */
export function keptBody(bytes: Buffer, text: string, isWhole: boolean, redact: Redactor): KeptBody {
  const clean = redact.text(text);
  if (isWhole) return { body: clean, bodyEncoding: 'utf8' };
  const cleanBytes = redactBytes(bytes, redact);
  // A secret in UTF-16 or UTF-32 is seen in the text only: rather a few lost bytes than that one.
  if (clean !== text && cleanBytes.equals(bytes)) return { body: clean, bodyEncoding: 'utf8' };
  return { body: cleanBytes.toString('base64'), bodyEncoding: 'base64' };
}

/** Latin-1 maps every byte to one character and back, and secrets are ASCII. */
function redactBytes(bytes: Buffer, redact: Redactor): Buffer {
  return Buffer.from(redact.text(bytes.toString('latin1')), 'latin1');
}

/** A link that holds one of our secrets is no film: it is our own callback URL, which providers like to repeat. */
export function withoutSecrets(result: Result, redact: Redactor): Result {
  const clean = (text: string | null): string | null => (text === null ? null : redact.text(text));
  const isForeign = (url: string): boolean => redact.text(url) === url;
  const foreign = (url: string | null): string | null => (url !== null && isForeign(url) ? url : null);
  // Nearly every result holds none. Looked for in all of its texts at once: nothing matches across the line breaks.
  const { message, prompt, sourceUrl, thumbnailUrl, videoUrls, keyedFile } = result;
  const urls = videoUrls.length === 1 ? (videoUrls[0] ?? '') : videoUrls.join('\n');
  const all = `${message ?? ''}\n${prompt ?? ''}\n${sourceUrl ?? ''}\n${thumbnailUrl ?? ''}\n${keyedFile ?? ''}\n${urls}`;
  if (redact.text(all) === all) return result;
  const rest = without(result, 'message', 'prompt', 'sourceUrl', 'thumbnailUrl', 'videoUrls', 'keyedFile');
  return {
    ...rest,
    message: clean(message),
    prompt: clean(prompt),
    sourceUrl: foreign(sourceUrl),
    thumbnailUrl: foreign(thumbnailUrl),
    videoUrls: videoUrls.filter(isForeign),
    ...(keyedFile !== undefined && isForeign(keyedFile) ? { keyedFile } : {}),
  };
}

/**
 * The secrets change when a person sets a key or makes a callback URL, so nearly every delivery finds the last redactor.
 * @param lists Each is the same list as long as nothing of it changes.
 */
export function followSecrets(lists: () => readonly (readonly string[])[]): () => Redactor {
  let known: readonly (readonly string[])[] = [];
  let redactor = createRedactor([]);
  return () => {
    const current = lists();
    if (current.length !== known.length || current.some((list, index) => list !== known[index])) {
      known = current;
      redactor = createRedactor(current.flat());
    }
    return redactor;
  };
}
