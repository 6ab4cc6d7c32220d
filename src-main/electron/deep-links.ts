/** `video-inbox://task/<key>` from other programs, from notices, and from a second start of the app. */
import { app } from 'electron';
import { deepLinkScheme, parseTaskLink } from '../node/notifications/deep-link.ts';
import { startFile } from './start-file.ts';

export interface DeepLinkTargets {
  readonly openTask: (key: string) => void;
  /** The app was started again without a link. */
  readonly show: () => void;
}

/** @returns the key in the first argument that is a link, `null` where none is. */
export function taskInArguments(argv: readonly string[]): string | null {
  for (const argument of argv) {
    const key = parseTaskLink(argument);
    if (key !== null) return key;
  }
  return null;
}

/** What came before the inbox was open. */
export interface EarlyCall {
  /** The task of the last link. */
  readonly taskKey: string | null;
  /** The app was started again meanwhile: someone waits for its window. */
  readonly isCalled: boolean;
}

/**
 * Remembers what comes before the inbox is open: macOS tells of links by `open-url`, also of the one that started the app
 * and even before it is ready, the others by the arguments of a second start.
 * @returns ends the collecting
 */
export function collectEarlyCalls(): () => EarlyCall {
  let early: string | null = null;
  let isCalled = false;
  const heardUrl = (event: { preventDefault(): void }, url: string): void => {
    event.preventDefault();
    early = parseTaskLink(url) ?? early;
  };
  const heardArguments = (_event: unknown, argv: readonly string[]): void => {
    early = taskInArguments(argv) ?? early;
    isCalled = true;
  };
  app.on('open-url', heardUrl);
  app.on('second-instance', heardArguments);
  return () => {
    app.off('open-url', heardUrl);
    app.off('second-instance', heardArguments);
    return { taskKey: early, isCalled };
  };
}

/** @returns the undo. */
export function followDeepLinks({ openTask, show }: DeepLinkTargets): () => void {
  // In a checkout the runtime is not ours to register: the link would open an empty Electron.
  if (app.isPackaged) app.setAsDefaultProtocolClient(deepLinkScheme, startFile(process));
  const heardArguments = (_event: unknown, argv: readonly string[]): void => {
    const key = taskInArguments(argv);
    if (key === null) show();
    else openTask(key);
  };
  const heardUrl = (event: { preventDefault(): void }, url: string): void => {
    event.preventDefault();
    const key = parseTaskLink(url);
    if (key !== null) openTask(key);
  };
  app.on('second-instance', heardArguments);
  app.on('open-url', heardUrl);
  return () => {
    app.off('second-instance', heardArguments);
    app.off('open-url', heardUrl);
  };
}
