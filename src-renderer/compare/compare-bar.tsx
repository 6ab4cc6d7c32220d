import { ArrowLeftRight, Camera, Link2 } from 'lucide-react';
import { useInbox } from '../inbox.ts';
import { type CompareMode, compareModes } from '../router/route.ts';
import { enCompare as words } from '../texts/en-compare.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './compare.module.css';

interface CompareBarProps {
  /** What the takes are called. */
  readonly titles: readonly string[];
  /** Which of them are on the stage. */
  readonly pair: { readonly left: number; readonly right: number };
  readonly mode: CompareMode;
  /** How many pixels of the screen one of the film has; `null` as the stage has room. */
  readonly scale: number | null;
  readonly onChoose: (side: 'left' | 'right', to: number) => void;
  readonly onSwap: () => void;
  readonly onMode: (mode: CompareMode) => void;
  readonly onZoom: () => void;
  readonly onCopyLink: () => void;
  readonly onSave: () => void;
}

/** What is beside what, and how it is looked at. */
export function CompareBar(props: CompareBarProps) {
  const { titles, pair, mode, scale, onChoose, onSwap, onMode, onZoom, onCopyLink, onSave } = props;
  const { format } = useInbox();
  const options = titles.map((text, i) => ({ value: String(i), text }));
  return (
    <div className={styles['bar']}>
      {/* Left is left in every language, as in the picture below. */}
      <span className={styles['pickers']} dir="ltr">
        <Choice
          label={words.left}
          value={String(pair.left)}
          options={options}
          onChoose={(value) => onChoose('left', Number(value))}
        />
        <IconButton label={words.swap} shortcut="Q" onClick={onSwap}>
          <ArrowLeftRight size={16} aria-hidden />
        </IconButton>
        <Choice
          label={words.right}
          value={String(pair.right)}
          options={options}
          onChoose={(value) => onChoose('right', Number(value))}
        />
      </span>
      <div role="group" aria-label={words.mode} className={styles['modes']}>
        {compareModes.map((each) => (
          <button key={each} type="button" aria-pressed={mode === each} onClick={() => onMode(each)}>
            {words[each]}
          </button>
        ))}
      </div>
      <span className={styles['pickers']}>
        <Button onClick={onZoom}>
          {words.zoom(scale === null ? words.fit : format.percent(scale))} <kbd aria-hidden>Z</kbd>
        </Button>
        <IconButton label={words.copyLink} onClick={onCopyLink}>
          <Link2 size={16} aria-hidden />
        </IconButton>
        <Button kind="primary" onClick={onSave}>
          <Camera size={15} aria-hidden />
          {words.save} <kbd aria-hidden>E</kbd>
        </Button>
      </span>
    </div>
  );
}
