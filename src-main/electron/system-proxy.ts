import { session } from 'electron';
import { proxyOfPac } from '../node/outgoing/proxy-choice.ts';

/** The proxy that the system's settings name for a URL, `null` = none. */
export async function systemProxy(url: string): Promise<string | null> {
  return proxyOfPac(await session.defaultSession.resolveProxy(url));
}
