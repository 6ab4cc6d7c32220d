import { Check, CircleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { settingsTexts } from '../texts/texts.ts';
import styles from './field.module.css';
import type { SaveState } from './use-save.ts';

export interface ControlProps {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly save?: SaveState;
  /** Under the label, as wide as the field, in place of beside it. */
  readonly wide?: boolean;
  readonly children: (control: ControlProps) => ReactNode;
}

/** A label, its control, what to know about it, and how saving it went. */
export function Field({ label, hint, save = { kind: 'idle' }, wide = false, children }: FieldProps) {
  const id = useId();
  const failed = save.kind === 'failed';
  const described = [hint === undefined ? null : `${id}-hint`, failed ? `${id}-error` : null].filter(Boolean).join(' ');
  return (
    <div className={styles['field']} data-wide={wide || undefined}>
      <div className={styles['text']}>
        <label htmlFor={id} className={styles['label']}>
          {label}
        </label>
        {hint === undefined ? null : (
          <p id={`${id}-hint`} className={styles['hint']}>
            {hint}
          </p>
        )}
      </div>
      <div className={styles['control']}>
        {children({
          id,
          'aria-describedby': described === '' ? undefined : described,
          'aria-invalid': failed ? true : undefined,
        })}
        <SavedMark state={save} />
      </div>
      <FieldError id={`${id}-error`} state={save} />
    </div>
  );
}

/** A fact with its name, laid out like a field. */
export function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className={styles['field']} data-wide>
      <p className={styles['label']}>{label}</p>
      <div className={styles['fact']}>{children}</div>
    </div>
  );
}

export function SavedMark({ state }: { readonly state: SaveState }) {
  return (
    <span role="status" className={styles['mark']}>
      {state.kind === 'saved' ? (
        <span className={styles['saved']}>
          <Check size={14} aria-hidden />
          {settingsTexts.save.saved}
        </span>
      ) : null}
    </span>
  );
}

export function FieldError({ id, state }: { readonly id: string; readonly state: SaveState }) {
  return (
    <div role="alert" id={id} className={styles['alert']}>
      {state.kind === 'failed' ? (
        <p className={styles['error']}>
          <CircleAlert size={14} aria-hidden />
          <span>{state.message}</span>
        </p>
      ) : null}
    </div>
  );
}
