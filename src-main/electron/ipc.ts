/** Moves calls and events between the window and the core. Every call is checked for who sends it. */
import { BrowserWindow, ipcMain } from 'electron';
import type { IpcMainInvokeEvent, WebContents } from 'electron';
import type { Answer } from '../common/contract.ts';
import { packEvent } from '../common/page-events.ts';
import { InboxError, toErrorData } from '../common/errors.ts';
import type { ErrorCode } from '../common/errors.ts';
import type { Inbox } from '../node/inbox/inbox.ts';
import type { Log } from '../node/log/log.ts';
import { channels } from './bridge.ts';
import { isUiAddress } from './scheme.ts';
import type { Sentence } from '../common/texts/sentence.ts';
import { desktopFailures } from '../common/texts/en-desktop.ts';

/** Answers one desktop call with a value that can be cloned. @throws InboxError for what was foreseen. */
export type DesktopCall = (sender: WebContents, args: readonly unknown[]) => Promise<unknown>;

/** The page of the inbox, in the main frame of a window: nobody else. */
export function isTrusted(event: Pick<IpcMainInvokeEvent, 'senderFrame'>): boolean {
  const frame = event.senderFrame;
  return frame?.parent === null && isUiAddress(frame.url);
}

function refuse(code: ErrorCode, text: Sentence): Answer {
  return { ok: false, error: toErrorData(new InboxError(code, text)) };
}

export function connectIpc(
  inbox: Pick<Inbox, 'dispatch' | 'subscribe'>,
  desktopCalls: ReadonlyMap<string, DesktopCall>,
  log: Log,
): void {
  ipcMain.handle(channels.call, async (event, name: unknown, args: unknown): Promise<Answer> => {
    if (!isTrusted(event)) return refuseStranger(event, log);
    if (typeof name !== 'string' || !Array.isArray(args)) return refuse('bad-request', desktopFailures.malformed);
    return await inbox.dispatch(name, args);
  });

  ipcMain.handle(channels.desktop, async (event, name: unknown, args: unknown): Promise<Answer> => {
    if (!isTrusted(event)) return refuseStranger(event, log);
    const call = typeof name === 'string' ? desktopCalls.get(name) : undefined;
    if (call === undefined || !Array.isArray(args)) return refuse('bad-request', desktopFailures.malformed);
    try {
      return { ok: true, value: await call(event.sender, args) };
    } catch (error) {
      if (!(error instanceof InboxError)) log.error({ error, name }, 'A desktop call broke.');
      return { ok: false, error: toErrorData(error) };
    }
  });

  inbox.subscribe((event) => {
    const packed = packEvent(event);
    for (const window of BrowserWindow.getAllWindows()) {
      const page = window.webContents;
      if (!page.isDestroyed() && isUiAddress(page.getURL())) page.send(channels.event, packed);
    }
  });
}

function refuseStranger(event: IpcMainInvokeEvent, log: Log): Answer {
  log.warn({ hasFrame: event.senderFrame !== null }, 'A call from an unknown frame was refused.');
  return refuse('forbidden', desktopFailures.forbidden);
}
