/**
 * A film that came inside a callback's body has no address. While the body is read a link stands in its place that no
 * name server knows (RFC 2606); in the library its address is `inline:<sha256>`, and its bytes lie in the data dir.
 */

const link = /^https:\/\/inline\.invalid\/([0-9a-f]{64})\.mp4$/;
const address = /^inline:([0-9a-f]{64})$/;

/** Takes the film's place in the text of a body, so that the reader treats it as any link. */
export function inlineFilmLink(sha256: string): string {
  return `https://inline.invalid/${sha256}.mp4`;
}

export function isInlineLink(text: string): boolean {
  return link.test(text);
}

/** The `url` of a video that came inside a body. */
export function inlineFilmUrl(sha256: string): string {
  return `inline:${sha256}`;
}

/** @returns the film's hash where `url` is `inline:<sha256>`, else `null`. */
export function inlineFilmOf(url: string): string | null {
  return address.exec(url)?.[1] ?? null;
}

/**
 * `url` as the library knows it.
 * @param isKnown Whether this body carried such a film: a stranger may write the link too.
 */
export function withoutInlineLink(url: string, isKnown: (sha256: string) => boolean): string {
  const sha256 = link.exec(url)?.[1];
  return sha256 !== undefined && isKnown(sha256) ? inlineFilmUrl(sha256) : url;
}
