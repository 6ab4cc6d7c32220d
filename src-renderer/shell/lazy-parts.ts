import type { ComponentProps, ComponentType } from 'react';
import type { Compare as ComparePart } from '../compare/compare.tsx';
import type { Cull as CullPart } from '../cull/cull.tsx';
import type { Player as PlayerPart } from '../player/player.tsx';
import type { TableHead as TableHeadPart } from '../table/table-head.tsx';
import type { TableRowProps } from '../table/table-row.tsx';
import type { NewVideo as NewVideoPart } from '../submit/new-video.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { lazyPart, lazyDialog } from '../ui/lazy-part.tsx';
import type { CardMenuProps } from '../gallery/card-menu.tsx';
import type { CopyDialogProps } from '../gallery/copy-dialog.tsx';
import type { ExportDialogProps } from '../gallery/export-dialog.tsx';
import type { LabelsDialogProps } from '../gallery/labels-dialog.tsx';
import type { LabelDialogProps } from '../gallery/label-dialog.tsx';
import type { SelectionMenuProps } from '../gallery/selection-menu.tsx';
import type { KeysDialogProps } from './keys-dialog.tsx';
import { PartComing } from './part-coming.tsx';
import type { RailDrawerProps } from './rail-drawer.tsx';

/** What takes the place of the grid: it is gone by then, so something is said in its stead. */
const screen = <P extends object>(load: () => Promise<ComponentType<P>>) => lazyPart(load, PartComing);

/** What the first screen does without. */
export const Player = screen<ComponentProps<typeof PlayerPart>>(() =>
  import('../player/player.tsx').then((part) => part.Player),
);
export const Settings = screen(() => import('../settings/settings.tsx').then((part) => part.Settings));
export const Onboarding = screen(() => import('../onboarding/onboarding.tsx').then((part) => part.Onboarding));
export const Compare = screen<ComponentProps<typeof ComparePart>>(() =>
  import('../compare/compare.tsx').then((part) => part.Compare),
);
export const Cull = screen<ComponentProps<typeof CullPart>>(() => import('../cull/cull.tsx').then((part) => part.Cull));
export const Costs = screen(() => import('../costs/costs.tsx').then((part) => part.Costs));
export const Nodes = screen(() => import('../nodes/nodes.tsx').then((part) => part.Nodes));
export const TableFoot = lazyPart(() => import('../table/table-foot.tsx').then((part) => part.TableFoot));
export const TableHead = lazyPart<ComponentProps<typeof TableHeadPart>>(() =>
  import('../table/table-head.tsx').then((part) => part.TableHead),
);
export const TableRow = lazyPart<TableRowProps>(() => import('../table/table-row.tsx').then((part) => part.TableRow));
export const Requests = screen(() => import('../requests/requests.tsx').then((part) => part.Requests));
export const NewVideo = screen<ComponentProps<typeof NewVideoPart>>(() =>
  import('../submit/new-video.tsx').then((part) => part.NewVideo),
);
export const Digest = lazyPart(() => import('../submit/digest.tsx').then((part) => part.Digest));
export const Notices = lazyPart(() => import('../ui/notices.tsx').then((part) => part.Notices));
export const RailDrawer = lazyDialog<RailDrawerProps>(() =>
  import('./rail-drawer.tsx').then((part) => part.RailDrawer),
);
export const CardMenu = lazyDialog<CardMenuProps>(() =>
  import('../gallery/card-menu.tsx').then((part) => part.CardMenu),
);
export const SelectionMenu = lazyDialog<SelectionMenuProps>(() =>
  import('../gallery/selection-menu.tsx').then((part) => part.SelectionMenu),
);
export const LabelDialog = lazyDialog<LabelDialogProps>(() =>
  import('../gallery/label-dialog.tsx').then((part) => part.LabelDialog),
);
export const CopyDialog = lazyDialog<CopyDialogProps>(() =>
  import('../gallery/copy-dialog.tsx').then((part) => part.CopyDialog),
);
export const ExportDialog = lazyDialog<ExportDialogProps>(() =>
  import('../gallery/export-dialog.tsx').then((part) => part.ExportDialog),
);
export const LabelsDialog = lazyDialog<LabelsDialogProps>(() =>
  import('../gallery/labels-dialog.tsx').then((part) => part.LabelsDialog),
);
export const KeysDialog = lazyDialog<KeysDialogProps>(() =>
  import('./keys-dialog.tsx').then((part) => part.KeysDialog),
);

/** One after the other, likely ones first; opening any of them then takes no time. */
export async function prefetchParts(): Promise<void> {
  for (const part of [
    Player,
    Notices,
    Digest,
    Settings,
    RailDrawer,
    KeysDialog,
    CardMenu,
    SelectionMenu,
    LabelDialog,
    LabelsDialog,
    CopyDialog,
    ExportDialog,
    Confirm,
    Onboarding,
    Requests,
    NewVideo,
    Compare,
    Cull,
    TableHead,
    TableFoot,
    TableRow,
    Costs,
    Nodes,
  ])
    await part.prefetch();
}
