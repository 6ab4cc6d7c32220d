/** The icon that stays when the window is closed, and its menu. */
import { Menu, Tray } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';
import type { Status } from '../common/status.ts';
import { taskName } from '../common/task-name.ts';
import type { TaskView } from '../common/task-view.ts';
import { providerName } from '../common/providers/catalog.ts';
import trayUrl from './icons/tray.png?inline';
import denseTrayUrl from './icons/tray@2x.png?inline';
import templateUrl from './icons/tray-template.png?inline';
import denseTemplateUrl from './icons/tray-template@2x.png?inline';
import { createIcon } from './icon.ts';
import { desktopTexts } from './texts/en.ts';

export interface TrayActions {
  open(): void;
  openTask(key: string): void;
  copyCallbackUrl(): void;
  setPaused(paused: boolean): void;
  quit(): void;
}

export interface TrayState {
  readonly tunnel: Status['tunnel'];
  readonly storage: Status['storage'];
  readonly shelf: Status['shelf'];
  /** Newest first. */
  readonly recent: readonly TaskView[];
  readonly unseen: number;
  readonly paused: boolean;
}

export interface InboxTray {
  update(state: TrayState): void;
  destroy(): void;
}

const labelLimit = 48;

export function createTray(actions: TrayActions, platform: NodeJS.Platform): InboxTray {
  const isMac = platform === 'darwin';
  const icon = isMac ? createIcon(templateUrl, denseTemplateUrl) : createIcon(trayUrl, denseTrayUrl);
  if (isMac) icon.setTemplateImage(true);
  const tray = new Tray(icon);
  tray.on('click', () => actions.open());
  let drawn = '';
  return {
    update(state) {
      const tooltip = desktopTexts.tray.tooltip(state.unseen);
      const template = trayTemplate(state, actions);
      // On Linux one that is open is drawn anew under the pointer, and several times for each callback.
      const looks = JSON.stringify([tooltip, template, state.recent.map(({ key }) => key)]);
      if (looks === drawn) return;
      drawn = looks;
      tray.setToolTip(tooltip);
      tray.setContextMenu(Menu.buildFromTemplate(template));
    },
    destroy: () => tray.destroy(),
  };
}

/** Of an inbox elsewhere without a tunnel: it is reached from the machine that it runs on, and not from this one. */
function withPlace({ kind, state, elsewhere }: TrayState['tunnel']): Pick<Status['tunnel'], 'kind' | 'state'> {
  return { kind: elsewhere ? 'url' : kind, state };
}

export function trayTemplate(state: TrayState, actions: TrayActions): MenuItemConstructorOptions[] {
  const { tray, menu } = desktopTexts;
  return [
    { id: 'status', label: tray.status(withPlace(state.tunnel)), enabled: false },
    // Where nothing can be kept, that comes before everything else.
    { id: 'storage', label: tray.storage[state.storage.state], enabled: false, visible: state.storage.state !== 'ok' },
    { id: 'shelf', label: tray.shelf, enabled: false, visible: (state.shelf?.state ?? 'ok') !== 'ok' },
    { id: 'copy-url', label: menu.copyCallbackUrl, click: () => actions.copyCallbackUrl() },
    { type: 'separator' },
    { id: 'open', label: tray.open, click: () => actions.open() },
    {
      id: 'recent',
      label: tray.recent,
      submenu:
        state.recent.length === 0
          ? [{ label: tray.noRecent, enabled: false }]
          : state.recent.map((task) => ({ label: taskLabel(task), click: () => actions.openTask(task.key) })),
    },
    {
      id: 'pause',
      type: 'checkbox',
      label: tray.pauseDownloads,
      checked: state.paused,
      click: (item) => actions.setPaused(item.checked),
    },
    { type: 'separator' },
    { id: 'quit', label: menu.quit, click: () => actions.quit() },
  ];
}

/** `&` marks an access key in native menus, and the prompt is a stranger's text. */
function taskLabel(task: TaskView): string {
  const text = (taskName(task) ?? `${providerName(task.provider)} ${task.taskId}`).replace(/\s+/g, ' ').trim();
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  const short = characters.length <= labelLimit ? text : `${characters.slice(0, labelLimit - 1).join('')}…`;
  return short.replaceAll('&', '&&');
}
