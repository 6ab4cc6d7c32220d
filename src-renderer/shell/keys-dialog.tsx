import { settingsTexts, texts } from '../texts/texts.ts';
import { Dialog } from '../ui/dialog.tsx';
import styles from './keys-dialog.module.css';

type Row = readonly [keys: readonly string[], meaning: string];

const { keys: words } = texts;
const groups: readonly (readonly [title: string, rows: readonly Row[]])[] = [
  [
    words.everywhere,
    [
      [['?'], words.help],
      [[`${words.ctrl} Z`], words.undo],
      [[settingsTexts.screen.settingsKey], settingsTexts.screen.settings],
    ],
  ],
  [
    words.inGrid,
    [
      [['/', `${words.ctrl} F`], words.search],
      [['N'], texts.rail.newVideo],
      [['←', '→', '↑', '↓'], words.move],
      [[words.home, words.end], words.ends],
      [[words.pageUp, words.pageDown], words.pages],
      [[words.enter], words.open],
      [[words.space], words.select],
      [[`${words.shift} ←`, `${words.shift} ${words.end}`], words.selectRange],
      [[`${words.ctrl} A`], words.selectAll],
      [['S'], words.star],
      [['P', 'X', 'U'], words.judge],
      [['1', '5'], words.rate],
      [['C'], words.compare],
      [['V'], words.scrub],
      [[words.backspace], words.trash],
      [[words.escape], words.clear],
    ],
  ],
  [
    words.inPlayer,
    [
      [[words.space], words.playPause],
      [[',', '.'], words.frames],
      [['J', 'L'], words.seconds],
      [['<', '>'], words.speed],
      [['0', '9'], words.tenths],
      [['I', 'O'], words.loopRange],
      [['E'], words.frame],
      [['↑', '↓'], words.volume],
      [['P', 'X', 'U'], words.judge],
      [['C'], words.compare],
      [['←', '→'], words.tasks],
      [['1', '2', '3'], words.videos],
      [['R'], words.loop],
      [['M'], words.mute],
      [['F'], words.fullscreen],
      [['S'], words.star],
      [[words.backspace], words.trash],
      [[words.escape], words.back],
    ],
  ],
];

export interface KeysDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function KeysDialog({ open, onClose }: KeysDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title={words.title}>
      <div className={styles['groups']}>
        {groups.map(([title, rows]) => (
          <section key={title}>
            <h3 className={styles['heading']}>{title}</h3>
            <dl className={styles['list']}>
              {rows.map(([keys, meaning]) => (
                <div key={meaning} className={styles['row']}>
                  <dt>{meaning}</dt>
                  <dd>
                    {keys.map((key) => (
                      <kbd key={key} className={styles['key']}>
                        {key}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
