import { settingsTexts, texts } from '../texts/texts.ts';
import { compareKeys } from '../compare/keys.ts';
import { cullKeys } from '../cull/keys.ts';
import { enCompare } from '../texts/en-compare.ts';
import { enCull } from '../texts/en-cull.ts';
import { Dialog } from '../ui/dialog.tsx';
import { KeyList, type KeyRow } from '../ui/key-list.tsx';
import styles from './keys-dialog.module.css';

const { keys: words } = texts;
const groups: readonly (readonly [title: () => string, rows: readonly KeyRow[]])[] = [
  [
    () => words.everywhere,
    [
      [['?'], () => words.help],
      [['Control+Z'], () => words.undo],
      [['Control+,'], () => settingsTexts.screen.settings],
    ],
  ],
  [
    () => words.inGrid,
    [
      [['/', 'Control+F'], () => words.search],
      [['N'], () => texts.rail.newVideo],
      [['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], () => words.move],
      [['Home', 'End'], () => words.ends],
      [['PageUp', 'PageDown'], () => words.pages],
      [['Enter'], () => words.open],
      [['Space'], () => words.select],
      [['Shift+ArrowLeft', 'Shift+End'], () => words.selectRange],
      [['Control+A'], () => words.selectAll],
      [['S'], () => words.star],
      [['P', 'X', 'U'], () => words.judge],
      [['0 – 5'], () => words.rate],
      [['T'], () => texts.selection.tag],
      [['C'], () => words.compare],
      [['V'], () => words.scrub],
      [['Backspace'], () => words.trash],
      [['Escape'], () => words.clear],
    ],
  ],
  [
    () => words.inPlayer,
    [
      [['Space'], () => words.playPause],
      [[',', '.'], () => words.frames],
      [['J', 'L'], () => words.seconds],
      [['<', '>'], () => words.speed],
      [['0 – 9'], () => words.tenths],
      [['I', 'O'], () => words.loopRange],
      [['E'], () => words.frame],
      [['Shift+E'], () => words.saveFrame],
      [['Z'], () => words.zoom],
      [['ArrowUp', 'ArrowDown'], () => words.volume],
      [['P', 'X', 'U'], () => words.judge],
      [['C'], () => words.compare],
      [['ArrowLeft', 'ArrowRight'], () => words.tasks],
      [['1', '2', '3'], () => words.videos],
      [['R'], () => words.loop],
      [['M'], () => words.mute],
      [['F'], () => words.fullscreen],
      [['S'], () => words.star],
      [['Backspace'], () => words.trash],
      [['Escape'], () => words.back],
    ],
  ],
  [() => enCompare.title, compareKeys],
  [() => enCull.title, cullKeys],
];

export interface KeysDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function KeysDialog({ open, onClose }: KeysDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title={words.title} isText>
      <div className={styles['groups']}>
        {groups.map(([title, rows]) => (
          <section key={title()}>
            <h3 className={styles['heading']}>{title()}</h3>
            <KeyList rows={rows} />
          </section>
        ))}
      </div>
    </Dialog>
  );
}
