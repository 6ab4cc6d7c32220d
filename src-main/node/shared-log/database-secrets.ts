/** What must not be told of a database's address. Apart from what connects to it, which is loaded only where it is used. */
import { canParseUrl } from '../../common/can-parse-url.ts';

/** The password of a database's address, as it stands there and as it is meant. */
export function secretsOfDatabaseUrl(url: string | null): readonly string[] {
  if (url === null || !canParseUrl(url)) return [];
  const { password } = new URL(url);
  const named = new URL(url).searchParams.get('password') ?? '';
  return [url, password, decoded(password), named].filter((text) => text !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
