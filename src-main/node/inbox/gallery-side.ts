/** The private side of the inbox: page, calls, events and media on loopback, and the same page for a desktop window. */
import type { Answer } from '../../common/contract.ts';
import type { Dispatch } from '../../common/dispatch.ts';
import type { ApiKeyScope } from '../../common/loop-calls.ts';
import type { Task, Video } from '../../common/model.ts';
import type { TestCallbacks } from '../callbacks/test-callback.ts';
import type { PlacedFile } from '../video-store/file-places.ts';
import { createHttpListener, type HttpListener } from '../http-listener.ts';
import { createLocalApp } from '../local-server/local-app.ts';
import { openApiText } from '../local-server/open-api.ts';
import { createTickets } from '../local-server/tickets.ts';
import type { UiEvents } from '../local-server/ui-events.ts';
import { createUiApp, type UiAppPorts } from '../local-server/ui-app.ts';

export interface GallerySidePorts {
  /** The one wished for; `null` = the usual one, or any that is free. */
  readonly port: number | null;
  readonly localKey: string;
  /** What a key for scripts may do, `null` where it is none. */
  readonly scopeOf: (key: string) => ApiKeyScope | null;
  readonly version: string;
  readonly metrics: () => Promise<string>;
  /** Folder of the built renderer. */
  readonly uiDir: string;
  readonly getTask: (key: string) => Task | undefined;
  readonly findFile: (task: Task, relative: string) => Promise<PlacedFile | null>;
  readonly findStrip: (video: Video) => Promise<PlacedFile | null>;
  readonly openExport: UiAppPorts['openExport'];
  readonly attach: (key: string, n: number, bytes: AsyncIterable<Uint8Array>) => Promise<Answer>;
  readonly bring: (name: string, bytes: AsyncIterable<Uint8Array>) => Promise<Answer>;
  readonly dispatch: Dispatch;
  readonly events: UiEvents;
  readonly testCallbacks: Pick<TestCallbacks, 'serve'>;
  readonly nowMs: () => number;
}

export interface GallerySide {
  /** From here on pages are answered; once, when all that they ask for is there. @throws InboxError where the port is taken. */
  listen(): Promise<{ readonly port: number }>;
  /** Without a slash at its end; once it listens. */
  origin(): string;
  /** Page, assets, media and posters; whoever calls this has checked who asks. */
  fetch(request: Request): Promise<Response>;
  galleryUrl(): string;
  /** An address of the gallery that works once and for a minute: for the command line of a browser, which all can read. */
  ticketUrl(): string;
  close(): Promise<void>;
}

const usualPort = 4748;
const windowGraceMs = 300;

export function createGallerySide(ports: GallerySidePorts): GallerySide {
  const tickets = createTickets(ports.nowMs);
  let listening: HttpListener | null = null;
  const port = (): number => listening?.port ?? 0;
  const origin = (): string => `http://127.0.0.1:${String(port())}`;

  const ui = createUiApp({
    uiDir: ports.uiDir,
    getTask: ports.getTask,
    findFile: ports.findFile,
    findStrip: ports.findStrip,
    openExport: ports.openExport,
  });
  const app = createLocalApp({
    key: ports.localKey,
    scopeOf: ports.scopeOf,
    openApi: () => openApiText(ports.version),
    metrics: ports.metrics,
    port,
    tickets,
    attach: ports.attach,
    bring: ports.bring,
    dispatch: ports.dispatch,
    events: ports.events,
    ui,
    sample: (samplePath, request) => ports.testCallbacks.serve(samplePath, request),
  });
  const listener = createHttpListener({
    name: 'gallery',
    flag: 'local-port',
    port: ports.port,
    usualPort,
    app: { fetch: (request, env) => app.fetch(request, env) },
    maxConnections: 512,
  });

  return {
    async listen() {
      listening = await listener.listen();
      return listening;
    },
    origin,
    fetch: async (request) => ui.fetch(request),
    galleryUrl: () => `${origin()}/?key=${ports.localKey}`,
    ticketUrl: () => `${origin()}/?ticket=${tickets.make()}`,
    async close() {
      await listening?.close(windowGraceMs);
    },
  };
}
