/**
 * The private side of the inbox: page, calls, events and media on loopback, and the same page for a desktop window. The
 * door is there first, since others need its address; nothing is answered behind it until it listens.
 */
import { createHttpListener, type HttpApp, type HttpListener, type Patience } from '../http-listener.ts';
import { createLocalApp, type LocalAppPorts } from '../local-server/local-app.ts';
import type { TestCallbacks } from '../callbacks/test-callback.ts';
import { openApiText } from '../local-server/open-api.ts';
import { createTickets, type Tickets } from '../local-server/tickets.ts';
import { createUiApp, type UiAppPorts } from '../local-server/ui-app.ts';

export interface GalleryDoorPorts {
  /** The one wished for; `null` = the usual one, or any that is free. */
  readonly port: number | null;
  readonly localKey: string;
  readonly nowMs: () => number;
}

export interface GalleryDoor {
  readonly localKey: string;
  readonly tickets: Tickets;
  /** 0 before it listens. */
  readonly port: () => number;
  /** Without a slash at its end; once it listens. */
  readonly origin: () => string;
  readonly galleryUrl: () => string;
  /** An address of the gallery that works once and for a minute: for the command line of a browser, which all can read. */
  readonly ticketUrl: () => string;
  /** From here on pages are answered; once, when all that they ask for is there. @throws InboxError where the port is taken. */
  readonly listen: (app: HttpApp) => Promise<{ readonly port: number }>;
  /** From now on all is closed, one after the other: calls that are under way get their time while others use theirs. */
  readonly closing: () => void;
  readonly close: () => Promise<void>;
}

const usualPort = 4748;
const windowGraceMs = 300;
/** Pages and players hold on to what they read; somebody waits for what a call says. */
const isCall: Patience['isFor'] = ({ method }) => method === 'POST';
const callGraceMs = 2000;

export function createGalleryDoor({ port: wished, localKey, nowMs }: GalleryDoorPorts): GalleryDoor {
  const tickets = createTickets(nowMs);
  let listening: HttpListener | null = null;
  let closingSince: number | null = null;
  const port = (): number => listening?.port ?? 0;
  const origin = (): string => `http://127.0.0.1:${String(port())}`;
  return {
    localKey,
    tickets,
    port,
    origin,
    galleryUrl: () => `${origin()}/?key=${localKey}`,
    ticketUrl: () => `${origin()}/?ticket=${tickets.make()}`,
    async listen(app) {
      const listener = createHttpListener({
        name: 'gallery',
        flag: 'local-port',
        port: wished,
        usualPort,
        app,
        maxConnections: 512,
      });
      listening = await listener.listen();
      return listening;
    },
    closing: () => void (closingSince ??= nowMs()),
    async close() {
      const spentMs = closingSince === null ? 0 : nowMs() - closingSince;
      await listening?.close(windowGraceMs, { graceMs: callGraceMs - spentMs, isFor: isCall });
    },
  };
}

export interface GalleryPorts
  extends
    Pick<LocalAppPorts, 'scopeOf' | 'metrics' | 'attach' | 'bring' | 'dispatch' | 'events' | 'openPages'>,
    Pick<UiAppPorts, 'uiDir' | 'getTask' | 'findFile' | 'findStrip' | 'openExport'> {
  readonly version: string;
  readonly testCallbacks: Pick<TestCallbacks, 'serve'>;
}

export interface Gallery {
  /** What stands behind the door. */
  readonly app: HttpApp;
  /** Page, assets, media and posters; whoever calls this has checked who asks. */
  readonly fetch: (request: Request) => Promise<Response>;
}

export function createGallery(door: GalleryDoor, ports: GalleryPorts): Gallery {
  const { uiDir, getTask, findFile, findStrip, openExport, testCallbacks, version, ...local } = ports;
  const ui = createUiApp({ uiDir, getTask, findFile, findStrip, openExport });
  const app = createLocalApp({
    ...local,
    key: door.localKey,
    port: door.port,
    tickets: door.tickets,
    openApi: () => openApiText(version),
    ui,
    sample: (samplePath, request) => testCallbacks.serve(samplePath, request),
  });
  return {
    app: { fetch: (request, env) => app.fetch(request, env) },
    fetch: async (request) => ui.fetch(request),
  };
}
