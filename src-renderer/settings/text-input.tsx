import type { InputHTMLAttributes, Ref, TextareaHTMLAttributes } from 'react';
import styles from './text-input.module.css';

interface TextInputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> {
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly ref?: Ref<HTMLInputElement>;
  readonly 'data-first'?: boolean;
}

export function TextInput({ onText, className, ...props }: TextInputProps) {
  return (
    <input
      spellCheck={false}
      autoComplete="off"
      // Words run as they are written; a number stays where the page begins, as does the hint in an empty field.
      {...(props.inputMode === undefined && props.value !== '' ? { dir: 'auto' } : {})}
      {...props}
      className={[styles['input'], className].filter(Boolean).join(' ')}
      onChange={(event) => onText(event.currentTarget.value)}
    />
  );
}

/** For tokens and keys: never shown, and not for the browser's own store of passwords. */
export function SecretInput(props: TextInputProps) {
  return <TextInput {...props} type="password" autoComplete="off" data-1p-ignore data-lpignore="true" />;
}

interface TextAreaProps extends Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange' | 'value'> {
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly ref?: Ref<HTMLTextAreaElement>;
}

export function TextArea({ onText, ...props }: TextAreaProps) {
  return (
    <textarea
      {...(props.value === '' ? {} : { dir: 'auto' })}
      autoComplete="off"
      {...props}
      className={[styles['input'], styles['area']].join(' ')}
      onChange={(event) => onText(event.currentTarget.value)}
    />
  );
}
