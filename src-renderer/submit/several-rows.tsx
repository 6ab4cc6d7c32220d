import type { SubmitForm } from '../../src-main/common/submit-form.ts';
import type { MadeBefore } from '../../src-main/common/loop-calls.ts';
import { useInbox } from '../inbox.ts';
import { enSubmit } from '../texts/en-submit.ts';
import { texts } from '../texts/texts.ts';
import styles from './new-video.module.css';
import { rowsOf } from './several.ts';

const { several: words } = enSubmit;

interface SeveralRowsProps {
  readonly form: SubmitForm;
  readonly inputs: readonly Readonly<Record<string, unknown>>[];
  /** For each of them when the same was made; empty while that is not known. */
  readonly before: readonly (MadeBefore | null)[];
  /** Ids of rows that are not ordered. */
  readonly skipped: ReadonlySet<string>;
  readonly onSkip: (skipped: ReadonlySet<string>) => void;
}

/** What will be made, one line each; each can be left out before anything is paid for. */
export function SeveralRows({ form, inputs, before, skipped, onSkip }: SeveralRowsProps) {
  const { format, now } = useInbox();
  const rows = rowsOf(form, inputs);
  return (
    <fieldset className={styles['rows']}>
      <legend>{words.rows}</legend>
      <ul>
        {rows.map(({ id, prompt, source, nth, of }, index) => {
          const made = before[index];
          return (
            <li key={id}>
              <label>
                <input
                  type="checkbox"
                  checked={!skipped.has(id)}
                  onChange={(event) => {
                    const next = new Set(skipped);
                    if (event.currentTarget.checked) next.delete(id);
                    else next.add(id);
                    onSkip(next);
                  }}
                />
                <bdi>
                  {[
                    prompt,
                    source,
                    of > 1 ? words.nth(format.number(nth), format.number(of)) : null,
                    made ? words.madeBefore(format.moment(made.at, now.get())) : null,
                  ]
                    .filter((part) => part !== null)
                    .join(texts.common.separator)}
                </bdi>
              </label>
            </li>
          );
        })}
      </ul>
    </fieldset>
  );
}
