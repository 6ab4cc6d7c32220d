/**
 * A window onto an inbox that `video-inbox serve` runs on the same library: its gallery, as a browser would show it.
 * Nothing of the desktop is lent to it (no preload, no tray, no notices), and closing the window ends this process, not
 * the inbox. Where that inbox is started anew, the window goes on with it; where it ends, the person is asked whether it
 * shall go on here, for as long as it is not there.
 */
import { app, BrowserWindow, dialog, Menu, nativeImage } from 'electron';
import path from 'node:path';
import { canParseUrl } from '../common/can-parse-url.ts';
import { InboxError } from '../common/errors.ts';
import { findInstanceHolder, findRunning, type Instance } from '../node/instance-lock.ts';
import { contextMenuTemplate } from './context-menu.ts';
import { followDeepLinks, type EarlyCall } from './deep-links.ts';
import appIconUrl from './icons/video.png?inline';
import { startsHidden } from './login-item.ts';
import { setAttachedMenu } from './menu.ts';
import { followSaving } from './saving.ts';
import { denyPermissions, lockDown, pagePreferences } from './security.ts';
import { startAnew } from './start-anew.ts';
import { desktopTexts } from './texts/en.ts';

interface AttachOptions {
  /** Absolute. */
  readonly dataDir: string;
  /** What this start was asked for until now. */
  readonly firstCall: () => EarlyCall;
  /** Why the library could not be opened here. */
  readonly error: unknown;
}

const lookAgainMs = 1000;
/** A service that is started anew is back by then, also with a large library. */
const looksBeforeAsking = 5;
/** A large library takes its time to open; until then nobody listens. */
const looksForPort = 20;
const answerLimitMs = 5000;

/** @returns whether there is an inbox to look at; else it remains an error. */
export async function attachToRunning({ dataDir, firstCall, error }: AttachOptions): Promise<boolean> {
  if (!(error instanceof InboxError) || error.code !== 'already-running') return false;
  const instanceFile = path.join(dataDir, 'instance.json');
  const first = await findListening(instanceFile);
  if (first === null || !(await isHeadless(first))) return false;
  /** `null` where the page has to be loaded anew. */
  let shown: Instance | null = first;

  const isShown = (address: string): boolean =>
    canParseUrl(address) && shown !== null && new URL(address).origin === originOf(shown);
  const rules = { mayNavigate: isShown, mayRedirect: isShown, isOurs: isShown };
  lockDown({ warn: (_what, sentence) => tell(sentence) }, rules);
  denyPermissions(rules);
  // A browser tells of a file that broke off; Chromium alone takes it away without a word.
  followSaving({ show: () => undefined });
  setAttachedMenu(process.platform);

  const window = new BrowserWindow({
    width: 1280,
    height: 820,
    show: false,
    title: desktopTexts.attached.title,
    icon: nativeImage.createFromDataURL(appIconUrl),
    autoHideMenuBar: true,
    webPreferences: pagePreferences(),
  });
  // The page has a title of its own; this one tells whose inbox it is.
  window.on('page-title-updated', (event) => event.preventDefault());
  window.webContents.on('context-menu', (_event, params) => {
    const actions = { openTask: () => undefined, run: () => undefined };
    const template = contextMenuTemplate(params, window.webContents, actions, false);
    if (template.length > 0) Menu.buildFromTemplate(template).popup({ window });
  });
  const show = (): void => {
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  };
  const openAt = async (place: string, query = ''): Promise<void> => {
    if (shown !== null && !window.isDestroyed()) await window.loadURL(`${originOf(shown)}/${query}${place}`);
  };
  const enter = async (running: Instance, place: string): Promise<void> => {
    shown = running;
    try {
      await openAt(place, `?ticket=${await ticketFor(running)}`);
    } catch (cause) {
      // It may be ending just now. The next look tries again, or asks.
      shown = null;
      tell(cause);
    }
  };
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') shown = null;
  });

  let timer: NodeJS.Timeout | null = null;
  const lookSoon = (): void => {
    timer = setTimeout(() => {
      look()
        .catch(tell)
        .finally(() => {
          if (!window.isDestroyed()) lookSoon();
        });
    }, lookAgainMs);
  };
  let missed = 0;
  const isHeld = async (): Promise<boolean> => (await findInstanceHolder(instanceFile)) !== null;
  async function look(): Promise<void> {
    if (!(await isHeld())) {
      missed += 1;
      if (missed >= looksBeforeAsking) await askToStartHere(window, isHeld);
      return;
    }
    missed = 0;
    const running = await findRunning(instanceFile);
    // Started anew meanwhile: another port and another key.
    if (running === null || running.localPort === null || running.localKey === shown?.localKey) return;
    if (!(await isHeadless(running)) || window.isDestroyed()) return;
    await enter(running, '');
  }
  app.on('window-all-closed', () => {
    if (timer !== null) clearTimeout(timer);
    app.quit();
  });

  const { taskKey, isCalled } = firstCall();
  followDeepLinks({
    openTask(key) {
      openAt(taskPlace(key)).catch(tell);
      show();
    },
    show,
  });
  if (startsHidden(process.argv, process.platform) && !isCalled) {
    window.showInactive();
    window.minimize();
  } else {
    show();
  }
  await enter(first, taskKey === null ? '' : taskPlace(taskKey));
  lookSoon();
  return true;
}

/** One that can be talked to, `null` where none comes: on another machine, or on a disk that is full. */
async function findListening(instanceFile: string): Promise<Instance | null> {
  for (let looks = 0; looks < looksForPort; looks += 1) {
    const running = await findRunning(instanceFile);
    if (running !== null && running.localPort !== null) return running;
    if ((await findInstanceHolder(instanceFile))?.where !== 'here') return null;
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
  return null;
}

/** Another desktop app, of another profile, has a window of its own. Who does not take the key is none of ours. */
async function isHeadless(instance: Instance): Promise<boolean> {
  try {
    const answer = await ask(instance, '/call/app:info', '[]');
    const { value } = (await answer.json()) as { readonly value?: { readonly host?: unknown } };
    return value?.host === 'browser';
  } catch (cause) {
    tell(cause);
    return false;
  }
}

/** The key itself stays out of the page and its addresses. */
async function ticketFor(instance: Instance): Promise<string> {
  return encodeURIComponent(await (await ask(instance, '/ticket', '')).text());
}

/** @throws where it does not answer with 200. */
async function ask(instance: Instance, place: string, body: string): Promise<Response> {
  const answer = await fetch(`${originOf(instance)}${place}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${instance.localKey}`, 'Content-Type': 'application/json' },
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(answerLimitMs),
  });
  if (!answer.ok) throw new Error(`The inbox answered ${String(answer.status)} to ${place}.`);
  return answer;
}

/** @param isBack it runs again: then there is nothing to ask. */
async function askToStartHere(window: BrowserWindow, isBack: () => Promise<boolean>): Promise<void> {
  if (window.isDestroyed()) return;
  const { ended, endedBody, startHere } = desktopTexts.attached;
  const asking = new AbortController();
  const timer = setInterval(() => {
    isBack().then((is) => {
      if (is) asking.abort();
    }, tell);
  }, lookAgainMs);
  const { response } = await dialog
    .showMessageBox(window, {
      type: 'warning',
      message: ended,
      detail: endedBody,
      buttons: [startHere, desktopTexts.menu.quit],
      defaultId: 0,
      cancelId: 1,
      signal: asking.signal,
    })
    .finally(() => clearInterval(timer));
  // Taken back counts as cancelled.
  if (asking.signal.aborted) return;
  // A new start opens the library here, or shows the inbox that came meanwhile.
  if (response === 0) startAnew();
  app.exit(0);
}

function originOf({ localPort }: Instance): string {
  return `http://127.0.0.1:${String(localPort)}`;
}

function taskPlace(key: string): string {
  return `#/task/${encodeURIComponent(key)}`;
}

function tell(what: unknown): void {
  process.stderr.write(`${what instanceof Error ? (what.stack ?? what.message) : String(what)}\n`);
}
