/** The menu of the right button: editing where text is, and what can be done with a video where one is. */
import { app, BrowserWindow, Menu } from 'electron';
import type { ContextMenuParams, MenuItemConstructorOptions, WebContents } from 'electron';
import { isUiAddress } from './scheme.ts';
import { desktopTexts } from './texts/en.ts';

/** A video under the pointer: by its picture, or by itself. */
export interface PointedVideo {
  readonly key: string;
  /** From 1. */
  readonly n: number;
}

export interface ContextMenuActions {
  openTask(key: string): void;
  /** @param name a call of the desktop, with the arguments of the page's own button */
  run(name: 'showInFolder' | 'openFile' | 'copyFile', page: WebContents, video: PointedVideo): void;
  /** Whether its file is on this machine. */
  hasFile(video: PointedVideo): Promise<boolean>;
}

/** Must be called before the first window is made. A page that shows a menu of its own prevents this one. */
export function giveContextMenus(actions: ContextMenuActions): void {
  app.on('web-contents-created', (_event, page) => {
    page.on('context-menu', (_menuEvent, params) => {
      if (isUiAddress(page.getURL())) void show(page, params);
    });
  });

  async function hasFile(pointed: Pointed): Promise<boolean> {
    const video = videoUnder(pointed);
    return video !== null && (await actions.hasFile(video).catch(() => false));
  }

  async function show(page: WebContents, params: ContextMenuParams): Promise<void> {
    const isPlain = !params.isEditable && params.mediaType === 'none';
    const picture = isPlain ? await pictureAt(page, params).catch(() => '') : '';
    if (page.isDestroyed()) return;
    const pointed: Pointed = picture === '' ? params : { ...params, mediaType: 'image', srcURL: picture };
    const template = contextMenuTemplate(pointed, page, actions, await hasFile(pointed));
    if (page.isDestroyed()) return;
    const window = BrowserWindow.fromWebContents(page);
    if (template.length > 0) Menu.buildFromTemplate(template).popup(window === null ? {} : { window });
  }
}

/** On a card other things lie over the picture, and Chromium tells of the topmost only. @returns `''` where there is none */
async function pictureAt(page: WebContents, { x, y }: ContextMenuParams): Promise<string> {
  const zoom = page.getZoomFactor();
  const address: unknown = await page.executeJavaScript(
    `(([x, y]) => [...document.querySelectorAll('img[src*="/poster/"]')].find((image) => {
      const box = image.getBoundingClientRect();
      const top = document.elementFromPoint(x, y);
      return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom &&
        [top, top?.parentElement, top?.parentElement?.parentElement].some((each) => each?.contains(image));
    })?.src ?? '')(${JSON.stringify([x / zoom, y / zoom])})`,
  );
  return typeof address === 'string' ? address : '';
}

type Pointed = Pick<ContextMenuParams, 'isEditable' | 'editFlags' | 'selectionText' | 'srcURL' | 'mediaType'>;

export function contextMenuTemplate(
  pointed: Pointed,
  page: WebContents,
  actions: Pick<ContextMenuActions, 'openTask' | 'run'>,
  hasFile: boolean,
): MenuItemConstructorOptions[] {
  const { isEditable, editFlags, selectionText, mediaType } = pointed;
  const { contextMenu: words } = desktopTexts;
  if (isEditable) {
    return [
      { role: 'undo', label: words.undo, enabled: editFlags.canUndo },
      { role: 'redo', label: words.redo, enabled: editFlags.canRedo },
      { type: 'separator' },
      { role: 'cut', label: words.cut, enabled: editFlags.canCut },
      { role: 'copy', label: words.copy, enabled: editFlags.canCopy },
      { role: 'paste', label: words.paste, enabled: editFlags.canPaste },
      { type: 'separator' },
      { role: 'selectAll', label: words.selectAll, enabled: editFlags.canSelectAll },
    ];
  }
  const copy: MenuItemConstructorOptions[] =
    selectionText.trim() === '' ? [] : [{ role: 'copy', label: words.copy, enabled: editFlags.canCopy }];
  const video = videoUnder(pointed);
  if (video === null) return copy;
  const item = (name: Parameters<ContextMenuActions['run']>[0]): MenuItemConstructorOptions => ({
    id: name,
    label: words[name],
    enabled: hasFile,
    click: () => actions.run(name, page, video),
  });
  return [
    ...copy,
    ...(mediaType === 'image' ? [{ id: 'open', label: words.open, click: () => actions.openTask(video.key) }] : []),
    item('openFile'),
    item('showInFolder'),
    item('copyFile'),
  ];
}

function videoUnder({ isEditable, mediaType, srcURL }: Pointed): PointedVideo | null {
  return isEditable || mediaType === 'none' ? null : pointedVideo(srcURL);
}

/** @returns `null` for an address that is neither a poster nor a video of ours. */
export function pointedVideo(address: string): PointedVideo | null {
  if (!isUiAddress(address)) return null;
  const [, kind = '', key = '', n = '1', ...more] = new URL(address).pathname.split('/');
  if (more.length > 0 || key === '' || !/^[1-9]\d{0,3}$/.test(n) || (kind !== 'media' && kind !== 'poster'))
    return null;
  try {
    return { key: decodeURIComponent(key), n: Number(n) };
  } catch {
    return null;
  }
}
