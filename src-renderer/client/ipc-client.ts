import type { PreloadApi } from '../../src-main/common/desktop-api.ts';
import { unpackEvent } from '../../src-main/common/page-events.ts';
import { mediaUrls, type RendererClient, unwrap } from './renderer-client.ts';

declare global {
  interface Window {
    /** Absent in the browser. */
    readonly videoInbox?: PreloadApi;
  }
}

/** The desktop window's client: the preload moves calls and events; the window cannot outlive its core. */
export function createIpcClient(api: PreloadApi): RendererClient {
  return {
    call: async (name, ...args) => unwrap<typeof name>(await api.call(name, args)),
    subscribe: (listener) => api.subscribe((event) => listener(unpackEvent(event))),
    ...mediaUrls,
    onConnection(listener) {
      listener('online');
      return () => undefined;
    },
    desktop: api.desktop,
    // The core reads it where it lies; the bytes need not go through the window.
    async attachFile(key, n, file) {
      unwrap<'tasks:attachFile'>(await api.call('tasks:attachFile', [key, n, api.pathOf(file)]));
    },
    bringSource: (file) => Promise.resolve(api.pathOf(file)),
  };
}
