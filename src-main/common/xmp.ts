/**
 * What an exported copy tells of itself, as an XMP packet: read by ExifTool, Adobe Bridge, Premiere, Resolve and file
 * managers.
 * @see https://developer.adobe.com/xmp/docs/XMPSpecifications/
 */
import { providerName } from './providers/catalog.ts';
import type { AnyTask } from './task-view.ts';

/** The hash of the film without what an export puts behind it. */
export const fileHashTag = 'inbox:FileSha256';

/** @param n 1-based number of the video. */
export function xmpOf(task: AnyTask, n: number): string {
  const video = task.videos[n - 1];
  const source = task.sources?.[0];
  const name = task.title ?? task.prompt?.slice(0, 120) ?? task.taskId;
  const facts: readonly (readonly [string, string | number | null | undefined])[] = [
    ['xmp:CreateDate', task.receivedAt],
    ['xmp:CreatorTool', [providerName(task.provider), task.model].filter(Boolean).join(', ')],
    ['xmp:Rating', task.rating],
    ['dc:identifier', task.taskId],
    ['dc:source', source?.url ?? task.sourceUrl],
    ['inbox:Provider', task.provider],
    ['inbox:Model', task.model],
    ['inbox:TaskId', task.taskId],
    ['inbox:Project', task.project],
    ['inbox:SourceSha256', source?.sha256],
    [fileHashTag, video?.sha256],
    ['inbox:Credits', task.cost?.credits ?? task.credits],
  ];
  const told = facts.flatMap(([tag, value]) =>
    value === null || value === undefined || value === '' ? [] : [`<${tag}>${escape(String(value))}</${tag}>`],
  );
  const inLanguage = (tag: string, text: string | null): string =>
    text === null ? '' : `<${tag}><rdf:Alt><rdf:li xml:lang="x-default">${escape(text)}</rdf:li></rdf:Alt></${tag}>`;
  const tags = task.tags.map((tag) => `<rdf:li>${escape(tag)}</rdf:li>`).join('');
  return [
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:inbox="https://video-inbox.invalid/ns/1/">',
    inLanguage('dc:title', name),
    inLanguage('dc:description', task.prompt),
    tags === '' ? '' : `<dc:subject><rdf:Bag>${tags}</rdf:Bag></dc:subject>`,
    ...told,
    '</rdf:Description></rdf:RDF></x:xmpmeta>',
    '<?xpacket end="r"?>',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML has no place at all for most control characters. */
function escape(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex -- control characters are exactly what has to go
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[&<>"]/g, (sign) => signs[sign] ?? sign)
  );
}
