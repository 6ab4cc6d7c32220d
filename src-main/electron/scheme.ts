/** `app://inbox/`: the one origin of the window. UI and media come from the same function as over the local server. */
import { protocol } from 'electron';
import { canParseUrl } from '../common/can-parse-url.ts';
import type { Log } from '../node/log/log.ts';

const scheme = 'app';
export const uiUrl = `${scheme}://inbox/`;

/** Must be called before `app` is ready. `stream` is what lets `<video>` seek. */
export function registerUiScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ]);
}

export function serveUi(handleUi: (request: Request) => Promise<Response>, log: Log): void {
  protocol.handle(scheme, async (request) => {
    if (!isUiAddress(request.url)) return new Response(null, { status: 404 });
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return new Response(null, { status: 405, headers: { Allow: 'GET, HEAD' } });
    }
    try {
      return await handleUi(request);
    } catch (error) {
      log.error({ error }, 'A file of the window could not be served.');
      return new Response(null, { status: 500 });
    }
  });
}

/** True for addresses of our own page and its files, and for nothing that only looks like them. */
export function isUiAddress(address: string): boolean {
  if (!canParseUrl(address)) return false;
  const url = new URL(address);
  return url.protocol === `${scheme}:` && url.host === 'inbox' && url.username === '' && url.password === '';
}
