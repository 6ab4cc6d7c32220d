/**
 * `URL.canParse`, which cannot be relied on in Node 20: once it has been called often enough to be compiled, it takes the
 * letters of Latin-1 for broken UTF-8, and `https://médiá.example/a.mp4` for no address.
 * @param base an address, in whose place the text is read where it is relative
 */
export function canParseUrl(text: string, base?: string): boolean {
  if (!/[\u0080-\uffff]/.test(text)) return URL.canParse(text, base);
  try {
    return new URL(text, base) instanceof URL;
  } catch {
    return false;
  }
}
