/** `PROVIDER=URL` of `--api-base` and `VIDEO_INBOX_API_BASE_<PROVIDER>`: other addresses of providers' APIs. */
import { canParseUrl } from '../../common/can-parse-url.ts';
import { InboxError } from '../../common/errors.ts';
import { providers } from '../../common/providers/catalog.ts';
import { configTexts } from '../../common/texts/en-config.ts';
import { providerApis } from './api-table.ts';
import { kieAccount } from './kie-apis.ts';
import { trimmedEnd } from '../../common/trim.ts';

const envPrefix = 'VIDEO_INBOX_API_BASE_';

/** Accounts first: one address for all that a key opens. kie.ai takes files in at another host than questions. */
const knownNames: ReadonlySet<string> = new Set([
  ...providerApis.map(({ account }) => account),
  `${kieAccount}-upload`,
  ...providers.map(({ id }) => id),
]);

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

/** A name that stands for nothing would leave the keys going where the person did not mean them to go. */
function nameOf(written: string): string {
  const name = written.toLowerCase().replaceAll('_', '-');
  if (!knownNames.has(name)) {
    throw new InboxError('bad-request', configTexts.apiBaseUnknown(written, [...knownNames].join(', ')));
  }
  return name;
}

function addressOf(source: string, text: string): string {
  const url = canParseUrl(text) ? new URL(text) : null;
  const isPlain = url !== null && [url.search, url.hash, url.username, url.password].every((part) => part === '');
  if (!isPlain || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new InboxError('bad-request', configTexts.apiBaseAddress(source, text));
  }
  return trimmedEnd(url.href, '/');
}
