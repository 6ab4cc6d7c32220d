/** What only the Electron double can tell: everything that it wrote down in place of doing it. */
import type { ElectronApplication } from 'playwright-core';

/** Stands for `require('electron')` inside `app.evaluate`, as far as tests reach into it. */
export interface DoubledElectron {
  readonly double: {
    readonly calls: readonly { readonly name: string; readonly args: readonly unknown[] }[];
    readonly failures: readonly Error[];
    /** A tray has its menu a moment after it is there. */
    readonly trays: readonly {
      readonly menu: DoubledMenu | null;
      readonly tooltip: string;
      emit(event: string): void;
    }[];
    readonly applicationMenu: DoubledMenu;
    /** What the next dialogs answer, first one first. */
    readonly dialogAnswers: unknown[];
  };
  readonly Notification: {
    readonly shown: readonly { readonly options: Readonly<Record<string, unknown>>; emit(event: string): void }[];
  };
  readonly nativeTheme: { shouldUseDarkColors: boolean; emit(event: string): void };
}

export interface DoubledMenu {
  readonly items: readonly DoubledMenuItem[];
  getMenuItemById(id: string): DoubledMenuItem | null;
}

export interface DoubledMenuItem {
  readonly id?: string;
  readonly label: string;
  readonly role?: string;
  readonly checked: boolean;
  readonly submenu?: DoubledMenu;
  click(): void;
}

/** `app.evaluate` with the double's own types. The function runs in the main process and sees nothing around it. */
export function inMain<R, A = undefined>(
  app: ElectronApplication,
  look: (electron: DoubledElectron, argument: A) => R,
  argument?: A,
): Promise<R> {
  return app.evaluate<R, unknown>(look as never, argument);
}

/** The arguments of each recorded call of that name, oldest first. */
export async function callsOf(app: ElectronApplication, name: string): Promise<readonly (readonly unknown[])[]> {
  return await inMain(
    app,
    ({ double }, wanted) =>
      double.calls.filter((call) => call.name === wanted).map(({ args }) => args.map((arg) => structuredClone(arg))),
    name,
  );
}
