import type { Fetch } from '../../outgoing/outgoing.ts';

/** More than any key set needs. */
const maxBytes = 65_536;

/**
 * Gets a small JSON document over HTTPS; follows no redirect.
 * @throws where the answer is not 200, too large, or not JSON.
 */
export async function fetchJwksFrom(url: string, fetch: Fetch, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(new URL(url), { signal, redirect: 'error', headers: { accept: 'application/json' } });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`${new URL(url).host} answered ${response.status}`);
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > maxBytes) throw new Error(`the key set of ${new URL(url).host} is too large`);
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
}
