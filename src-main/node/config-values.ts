/** Single values of flags and variables, each with a sentence where it makes no sense. */
import { canParseUrl } from '../common/can-parse-url.ts';
import { InboxError } from '../common/errors.ts';
import { configTexts } from '../common/texts/en-config.ts';
import { trimmedEnd } from '../common/trim.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text.trim();
}

export function readPort(flag: string, text: string | null): number | null {
  if (text === null) return null;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new InboxError('bad-request', configTexts.port(flag, text));
  }
  return port;
}

/**
 * Ports that browsers never ask, whoever listens there.
 * @see https://fetch.spec.whatwg.org/#port-blocking
 */
export const portsClosedToBrowsers: ReadonlySet<number> = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
]);

export function readSeconds(flag: string, text: string | null, least: number): number | null {
  if (text === null) return null;
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) >= least) return Number(text) * 1000;
  throw new InboxError('bad-request', configTexts.seconds(flag, text));
}

export function readOrigin(flag: string, text: string | null): string | null {
  if (text === null) return null;
  const url = canParseUrl(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.search !== '' || url.hash !== '') {
    throw new InboxError('bad-request', configTexts.address(flag, text));
  }
  return trimmedEnd(url.href, '/');
}
