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
      [[`${words.ctrl} Z`], () => words.undo],
      [[settingsTexts.screen.settingsKey], () => settingsTexts.screen.settings],
    ],
  ],
  [
    () => words.inGrid,
    [
      [['/', `${words.ctrl} F`], () => words.search],
      [['N'], () => texts.rail.newVideo],
      [['←', '→', '↑', '↓'], () => words.move],
      [[words.home, words.end], () => words.ends],
      [[words.pageUp, words.pageDown], () => words.pages],
      [[words.enter], () => words.open],
      [[words.space], () => words.select],
      [[`${words.shift} ←`, `${words.shift} ${words.end}`], () => words.selectRange],
      [[`${words.ctrl} A`], () => words.selectAll],
      [['S'], () => words.star],
      [['P', 'X', 'U'], () => words.judge],
      [['1 – 5'], () => words.rate],
      [['T'], () => texts.selection.tag],
      [['C'], () => words.compare],
      [['V'], () => words.scrub],
      [[words.backspace], () => words.trash],
      [[words.escape], () => words.clear],
    ],
  ],
  [
    () => words.inPlayer,
    [
      [[words.space], () => words.playPause],
      [[',', '.'], () => words.frames],
      [['J', 'L'], () => words.seconds],
      [['<', '>'], () => words.speed],
      [['0 – 9'], () => words.tenths],
      [['I', 'O'], () => words.loopRange],
      [['E'], () => words.frame],
      [[`${words.shift} E`], () => words.saveFrame],
      [['Z'], () => words.zoom],
      [['↑', '↓'], () => words.volume],
      [['P', 'X', 'U'], () => words.judge],
      [['C'], () => words.compare],
      [['←', '→'], () => words.tasks],
      [['1', '2', '3'], () => words.videos],
      [['R'], () => words.loop],
      [['M'], () => words.mute],
      [['F'], () => words.fullscreen],
      [['S'], () => words.star],
      [[words.backspace], () => words.trash],
      [[words.escape], () => words.back],
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
