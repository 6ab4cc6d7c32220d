import { wordDiff } from '../compare/word-diff.ts';
import { useInbox } from '../inbox.ts';
import { shortened } from '../store/task-title.ts';
import { enSubmit as words } from '../texts/en-submit.ts';
import styles from './new-video.module.css';

/** What the prompt says otherwise than that of the earlier task. */
export function Difference(props: { readonly title: string; readonly before: string; readonly now: string }) {
  const { format } = useInbox();
  const pieces = wordDiff(props.before, props.now);
  const count = pieces
    .filter(({ kind }) => kind === 'right')
    .reduce((sum, { text }) => sum + text.split(/\s+/).length, 0);
  const isSame = pieces.every(({ kind }) => kind === 'same');
  return (
    <div className={styles['earlier']}>
      <p className={styles['note']}>
        {words.from(shortened(props.title, 60))}
        {isSame ? '' : `, ${words.differs(count, format.number(count))}`}
      </p>
      {isSame ? null : (
        <p dir="auto" className={styles['note']}>
          {pieces.map(({ text, kind }, at) =>
            kind === 'same' ? (
              `${text} `
            ) : kind === 'right' ? (
              <span key={at}>
                <ins>{text}</ins>{' '}
              </span>
            ) : (
              <span key={at}>
                <del>{text}</del>{' '}
              </span>
            ),
          )}
        </p>
      )}
    </div>
  );
}
