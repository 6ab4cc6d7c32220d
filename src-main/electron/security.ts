/**
 * What no page may do, whatever it holds: leave, open windows, embed others, ask for the camera.
 * @see https://www.electronjs.org/docs/latest/tutorial/security
 */
import { app, session, type WebPreferences } from 'electron';
import { canParseUrl } from '../common/can-parse-url.ts';
import type { Log } from '../node/log/log.ts';
import { openAddress } from './open-outside.ts';
import { isUiAddress, uiUrl } from './scheme.ts';

/** Sites that our own pages link to. Links inside callbacks are never among them. */
const linkHosts: ReadonlySet<string> = new Set([
  'github.com',
  'kie.ai',
  'docs.kie.ai',
  'ngrok.com',
  'dashboard.ngrok.com',
  'status.ngrok.com',
  'fal.ai',
  'replicate.com',
  'platform.openai.com',
  'aistudio.google.com',
  'openrouter.ai',
]);

/** The player may fill the screen, and buttons may copy text; everything else is denied. */
const grantedPermissions: ReadonlySet<string> = new Set(['fullscreen', 'clipboard-sanitized-write']);

/** @returns the address as it may be handed to the system, or `null`. */
export function externalLink(address: string): string | null {
  if (!canParseUrl(address)) return null;
  const url = new URL(address);
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.port !== '') return null;
  return linkHosts.has(url.hostname) ? url.href : null;
}

/** Whether the page may go there by itself: its own page (with another `#…`, or again) and nothing else. */
export function mayNavigate(address: string): boolean {
  return isUiAddress(address) && address.split(/[?#]/)[0] === uiUrl;
}

export interface PageRules {
  /** Whether the page may go there by itself. */
  readonly mayNavigate: (address: string) => boolean;
  /** Likewise where the server sends it. */
  readonly mayRedirect: (address: string) => boolean;
  /** Whether it is a page of ours, which may copy and fill the screen. */
  readonly isOurs: (address: string) => boolean;
}

const ownPage: PageRules = { mayNavigate, mayRedirect: () => false, isOurs: isUiAddress };

/** Must be called before the first window is made. */
export function lockDown(log: Pick<Log, 'warn'>, rules: PageRules = ownPage): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-frame-navigate', (event) => {
      if (event.isMainFrame && rules.mayNavigate(event.url)) return;
      event.preventDefault();
      log.warn({ origin: originOf(event.url) }, 'A page tried to leave the inbox and was held back.');
    });
    contents.on('will-redirect', (event) => {
      if (!rules.mayRedirect(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      const link = externalLink(url);
      if (link === null) log.warn({ origin: originOf(url) }, 'A link to an unknown site was not opened.');
      else openAddress(link);
      return { action: 'deny' };
    });
  });
}

/** Needs a ready app. */
export function denyPermissions({ isOurs }: Pick<PageRules, 'isOurs'> = ownPage): void {
  // Chromium would fetch a dictionary from Google at each start, also where spellcheck is off in every window.
  session.defaultSession.setSpellCheckerLanguages([]);
  session.defaultSession.setPermissionRequestHandler((contents, permission, answer) => {
    answer(grantedPermissions.has(permission) && isOurs(contents.getURL()));
  });
  session.defaultSession.setPermissionCheckHandler(
    (_contents, permission, origin) => grantedPermissions.has(permission) && isOurs(origin),
  );
}

/** Addresses may hold signatures and tokens: the log gets no more than where they lead. */
function originOf(address: string): string {
  return canParseUrl(address) ? new URL(address).host : 'not an address';
}

/** What a window of ours lets its page do, whoever serves it. */
export function pagePreferences(): WebPreferences {
  return {
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    webSecurity: true,
    webviewTag: false,
    spellcheck: false,
    devTools: !app.isPackaged,
  };
}
