/** `PROVIDER=URL` of `--api-base` and `VIDEO_INBOX_API_BASE_<PROVIDER>`: other addresses of providers' APIs. */
import { InboxError } from '../../common/errors.ts';
import { configTexts } from '../../common/texts/en-config.ts';

const envPrefix = 'VIDEO_INBOX_API_BASE_';

export interface ApiBaseSources {
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--kie-api-base`, which is older. */
  readonly kie: string | null;
}

/** @returns addresses without a trailing slash by name in lower case. @throws InboxError `bad-request`. */
export function readApiBases({ flags, env, kie }: ApiBaseSources): ReadonlyMap<string, string> {
  const bases = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(envPrefix) || value === undefined || value.trim() === '') continue;
    bases.set(nameOf(name.slice(envPrefix.length)), addressOf(name, value.trim()));
  }
  if (kie !== null) bases.set('kie', kie);
  for (const flag of flags) {
    const cut = flag.indexOf('=');
    const name = cut < 0 ? '' : flag.slice(0, cut).trim();
    if (name === '') {
      throw new InboxError('bad-request', configTexts.apiBase(flag));
    }
    bases.set(nameOf(name), addressOf('--api-base', flag.slice(cut + 1).trim()));
  }
  return bases;
}

function nameOf(written: string): string {
  return written.toLowerCase().replaceAll('_', '-');
}

function addressOf(source: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && [url.search, url.hash, url.username, url.password].every((part) => part === '');
  if (!isPlain || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new InboxError('bad-request', configTexts.apiBaseAddress(source, text));
  }
  return url.href.replace(/\/+$/, '');
}
