/**
 * The page, its files, videos and posters as a `Request -> Response` function: served to a browser by the local server
 * and to the desktop window by `app://inbox`. It knows nothing of keys and cookies; who may ask is the host's affair.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Hono } from 'hono';
import { httpStatus, InboxError } from '../../common/errors.ts';
import type { Task, Video } from '../../common/model.ts';
import type { PlacedFile } from '../video-store/file-places.ts';
import { fileResponse } from './file-response.ts';

export interface UiAppPorts {
  /** Folder of the built renderer. */
  readonly uiDir: string;
  readonly getTask: (key: string) => Task | undefined;
  /** A file of a task, wherever it lies now; `null` where it is not there. */
  readonly findFile: (task: Task, relativePath: string) => Promise<PlacedFile | null>;
  readonly findStrip: (video: Video) => Promise<PlacedFile | null>;
  /** A prepared export; `null` where it is not known any more. */
  readonly openExport: (
    id: string,
  ) => { readonly name: string; readonly bytes: () => ReadableStream<Uint8Array> } | null;
}

/** No script, style, frame or connection from anywhere but here. @param scripts that stand in the page itself, by their hashes */
const contentSecurityPolicy = (scripts: readonly string[]): string =>
  [
    "default-src 'none'",
    ["script-src 'self'", ...scripts].join(' '),
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const pageHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

const assetTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};

const assetName = /^[\w.-]+$/;

const hashesOfScripts = (html: string): string[] =>
  [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );

export function createUiApp(ports: UiAppPorts): Hono {
  const app = new Hono();

  async function asset(relative: string, cacheControl: string): Promise<Response> {
    const type = assetTypes[path.extname(relative)];
    if (type === undefined) return new Response(null, { status: 404 });
    try {
      const bytes = await readFile(path.join(ports.uiDir, relative));
      const scripts = relative === 'index.html' ? hashesOfScripts(bytes.toString('utf8')) : [];
      return new Response(new Uint8Array(bytes), {
        headers: {
          ...pageHeaders,
          'Content-Security-Policy': contentSecurityPolicy(scripts),
          'Content-Type': type,
          'Cache-Control': cacheControl,
        },
      });
    } catch {
      return new Response(null, { status: 404 });
    }
  }

  app.get('/', () => asset('index.html', 'no-store'));
  app.get('/index.html', () => asset('index.html', 'no-store'));
  app.get('/assets/:name', (c) => {
    const name = c.req.param('name');
    return assetName.test(name)
      ? asset(path.join('assets', name), 'private, max-age=31536000, immutable')
      : c.notFound();
  });
  app.get('/:name{[\\w-]+\\.(?:svg|png|ico|webmanifest|txt)}', (c) => asset(c.req.param('name'), 'no-cache'));

  app.get('/media/:key/:n', (c) => {
    const task = ports.getTask(c.req.param('key'));
    const n = Number(c.req.param('n'));
    // Videos are numbered from 1, as in their file names; 0 is taken for the first one too.
    const video = Number.isInteger(n) && n >= 0 ? task?.videos[Math.max(0, n - 1)] : undefined;
    return sendFile(c.req.raw, task, video?.path ?? null);
  });
  app.get('/source/:key/:n', (c) => {
    const task = ports.getTask(c.req.param('key'));
    return sendFile(c.req.raw, task, task?.sources?.[Number(c.req.param('n')) - 1]?.path ?? null);
  });
  app.get('/strip/:key/:n', async (c) => {
    const video = ports.getTask(c.req.param('key'))?.videos[Number(c.req.param('n')) - 1];
    const file = video === undefined ? null : await ports.findStrip(video);
    return file === null ? new Response(null, { status: 404 }) : fileResponse(c.req.raw, file);
  });
  app.get('/poster/:key', (c) => {
    const task = ports.getTask(c.req.param('key'));
    return sendFile(c.req.raw, task, task?.poster ?? null);
  });
  app.get('/export/:id', (c) => {
    const found = ports.openExport(c.req.param('id'));
    if (found === null) return new Response(null, { status: 404 });
    return new Response(c.req.raw.method === 'HEAD' ? null : found.bytes(), {
      headers: {
        'Content-Type': 'application/zip',
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(found.name).replaceAll("'", '%27')}`,
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        'Cross-Origin-Resource-Policy': 'same-origin',
      },
    });
  });
  // A shelf that is away or refuses is no fault of ours, and players ask again.
  app.onError((error) => {
    if (!(error instanceof InboxError)) throw error;
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', 'Retry-After': '10' };
    return new Response(error.message, { status: httpStatus(error.code), headers });
  });
  app.notFound(() => new Response(null, { status: 404 }));

  async function sendFile(request: Request, task: Task | undefined, relative: string | null): Promise<Response> {
    const file = task === undefined || relative === null ? null : await ports.findFile(task, relative);
    return file === null ? new Response(null, { status: 404 }) : fileResponse(request, file);
  }
  return app;
}
