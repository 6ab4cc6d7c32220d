/**
 * What is read from the XML of S3. Its answers are flat, and where it matters they have no attributes, comments or entities of
 * their own, so this looks for names only, in one pass however a hostile answer is made. A parser (the smallest kept ones are
 * some 60 KB) would read no more, and would have to be kept from expanding entities.
 */

/** What stands in each element of that name, still escaped; elements of one name do not hold each other. */
export function* elements(xml: string, name: string): Generator<string> {
  const opening = `<${name}>`;
  const closing = `</${name}>`;
  for (let at = xml.indexOf(opening); at >= 0;) {
    const end = xml.indexOf(closing, at);
    if (end < 0) return;
    yield xml.slice(at + opening.length, end);
    at = xml.indexOf(opening, end);
  }
}

/** The text of the first element of that name. */
export function element(xml: string, name: string): string | null {
  for (const inner of elements(xml, name)) return unescapeXml(inner);
  return null;
}

/** True where the whole answer is there: one that was cut off, or a page of someone in between, is none. */
export function isAnswer(xml: string, root: string): boolean {
  return xml.includes(`<${root}>`) || xml.includes(`<${root} `) ? xml.trimEnd().endsWith(`</${root}>`) : false;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,8})|#(\d{1,8})|(lt|gt|quot|apos|amp));/gi, (_all, hex, decimal, name) => {
    if (typeof name === 'string') return entities[name.toLowerCase()] ?? '';
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (char) => `&#${String(char.codePointAt(0))};`);
}
