import type { SubmitForm } from '../../src-main/common/submit-form.ts';
import { Field } from '../settings/field.tsx';
import { TextInput } from '../settings/text-input.tsx';
import { enSubmit } from '../texts/en-submit.ts';
import styles from './new-video.module.css';
import { budgetOf, promptField, seedField, type Several, sourceField } from './several.ts';

const { several: words } = enSubmit;

interface SeveralFieldsProps {
  readonly form: SubmitForm;
  readonly value: Several;
  readonly onChange: (value: Several) => void;
}

/** Folded away: most orders are for one video. */
export function SeveralFields({ form, value, onChange }: SeveralFieldsProps) {
  const lines = [
    ['prompts', promptField(form), words.prompts] as const,
    ['sources', sourceField(form), words.sources] as const,
  ];
  return (
    <details className={styles['several']}>
      <summary>{words.title}</summary>
      <div>
        {lines.map(([name, field, label]) =>
          field === undefined ? null : (
            <Field key={name} label={label} hint={enSubmit.hints.lines} wide>
              {(control) => (
                <textarea
                  {...control}
                  className={styles['json']}
                  dir="auto"
                  rows={2}
                  value={value[name]}
                  onChange={(event) => onChange({ ...value, [name]: event.currentTarget.value })}
                />
              )}
            </Field>
          ),
        )}
        {seedField(form) === undefined ? null : (
          <Field label={words.times} hint={words.timesHint} wide>
            {(control) => (
              <TextInput
                {...control}
                inputMode="numeric"
                value={value.times}
                onText={(times) => onChange({ ...value, times })}
              />
            )}
          </Field>
        )}
        <Field
          label={words.budget}
          hint={words.budgetHint}
          save={
            budgetOf(value) === undefined
              ? { kind: 'failed', message: enSubmit.problems['no-number'] }
              : { kind: 'idle' }
          }
          wide
        >
          {(control) => (
            <TextInput
              {...control}
              inputMode="decimal"
              value={value.budget}
              onText={(budget) => onChange({ ...value, budget })}
            />
          )}
        </Field>
      </div>
    </details>
  );
}
