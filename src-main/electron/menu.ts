/** The native menus. Editing, zoom and window commands are Electron's own roles with their usual accelerators. */
import { Menu } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';
import type { SettingsValues } from '../common/contract.ts';
import { spokenLanguage } from '../common/texts/language.ts';
import { desktopTexts } from './texts/en.ts';

export interface MenuActions {
  copyCallbackUrl(): void;
  showDataFolder(): void;
  showLogs(): void;
  openWebsite(): void;
  openSettings(): void;
  changeSettings(patch: Partial<MenuSettings>): void;
}

/** The switches that have a place in the menus. */
type MenuSettings = Pick<SettingsValues['desktop'], 'launchAtLogin' | 'closeToTray' | 'checkForUpdates'>;

export function setApplicationMenu(settings: MenuSettings, actions: MenuActions, platform: NodeJS.Platform): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(settings, actions, platform)));
}

/** Beside an inbox of another process, whose settings and folders are its own. */
export function setAttachedMenu(platform: NodeJS.Platform): void {
  const { menu } = desktopTexts;
  const isMac = platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [macAppMenu([])] : []),
    {
      label: menu.file,
      submenu: [
        { role: 'close', label: menu.closeWindow },
        ...(isMac ? [] : [{ role: 'quit', label: menu.quit, accelerator: 'CmdOrCtrl+Q' } as const]),
      ],
    },
    ...pageMenus(platform),
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

export function menuTemplate(
  settings: MenuSettings,
  actions: MenuActions,
  platform: NodeJS.Platform,
): MenuItemConstructorOptions[] {
  const { menu } = desktopTexts;
  const isMac = platform === 'darwin';
  const toggle = (id: keyof MenuSettings): MenuItemConstructorOptions => ({
    id,
    type: 'checkbox',
    label: menu[id],
    checked: settings[id],
    click: (item) => actions.changeSettings({ [id]: item.checked }),
  });
  const settingsItem: MenuItemConstructorOptions = {
    id: 'settings',
    label: menu.settings,
    accelerator: 'CmdOrCtrl+,',
    click: () => actions.openSettings(),
  };
  const toggles = [toggle('launchAtLogin'), toggle('closeToTray'), toggle('checkForUpdates')];
  return [
    ...(isMac ? [macAppMenu([settingsItem, ...toggles])] : []),
    {
      label: menu.file,
      submenu: [
        {
          id: 'copy-url',
          label: menu.copyCallbackUrl,
          accelerator: 'CmdOrCtrl+Shift+C',
          click: () => actions.copyCallbackUrl(),
        },
        { label: menu.showDataFolder, click: () => actions.showDataFolder() },
        { type: 'separator' },
        ...(isMac ? [] : [settingsItem, ...toggles, { type: 'separator' } as const]),
        { role: 'close', label: menu.closeWindow },
        ...(isMac ? [] : [{ role: 'quit', label: menu.quit, accelerator: 'CmdOrCtrl+Q' } as const]),
      ],
    },
    ...pageMenus(platform),
    {
      role: 'help',
      label: menu.help,
      submenu: [
        { label: menu.website, click: () => actions.openWebsite() },
        { label: menu.showLogs, click: () => actions.showLogs() },
        ...(isMac ? [] : [{ role: 'about', label: menu.about } as const]),
      ],
    },
  ];
}

function pageMenus(platform: NodeJS.Platform): MenuItemConstructorOptions[] {
  const { menu } = desktopTexts;
  // Electron's own has "Zoom", which does nothing but on macOS.
  const isWindowMenuTheirs = platform === 'darwin' && spokenLanguage() === 'en';
  return [
    { role: 'editMenu', label: menu.edit, ...(spokenLanguage() === 'en' ? {} : { submenu: editItems() }) },
    {
      label: menu.view,
      submenu: [
        { role: 'resetZoom', label: menu.resetZoom },
        { role: 'zoomIn', label: menu.zoomIn },
        { role: 'zoomOut', label: menu.zoomOut },
        // As browsers take them: the same key without Shift, and those of the number pad.
        ...(['=', 'numadd'] as const).map((key) => hiddenKey('zoomIn', key)),
        hiddenKey('zoomOut', 'numsub'),
        hiddenKey('resetZoom', 'num0'),
        { type: 'separator' },
        { role: 'togglefullscreen', label: menu.fullScreen },
      ],
    },
    { role: 'windowMenu', label: menu.window, ...(isWindowMenuTheirs ? {} : { submenu: windowItems() }) },
  ];
}

function hiddenKey(role: 'zoomIn' | 'zoomOut' | 'resetZoom', key: string): MenuItemConstructorOptions {
  return { role, accelerator: `CmdOrCtrl+${key}`, visible: false, acceleratorWorksWhenHidden: true };
}

/** Electron has these in English alone. */
function editItems(): MenuItemConstructorOptions[] {
  const { undo, redo, cut, copy, paste, selectAll } = desktopTexts.contextMenu;
  return [
    { role: 'undo', label: undo },
    { role: 'redo', label: redo },
    { type: 'separator' },
    { role: 'cut', label: cut },
    { role: 'copy', label: copy },
    { role: 'paste', label: paste },
    { role: 'selectAll', label: selectAll },
  ];
}

function windowItems(): MenuItemConstructorOptions[] {
  const { minimise, closeWindow } = desktopTexts.menu;
  return [
    { role: 'minimize', label: minimise },
    { role: 'close', label: closeWindow },
  ];
}

function macAppMenu(ours: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions {
  return {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      ...ours,
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
}
