import type { ButtonHTMLAttributes, Ref } from 'react';
import styles from './button.module.css';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ kind = 'plain', className, ...props }: ButtonProps) {
  return <button type="button" {...props} className={buttonClass(kind, className)} />;
}

/** For links that look like buttons. */
export function buttonClass(kind: NonNullable<ButtonProps['kind']>, className?: string): string {
  return [styles['button'], styles[kind], className].filter(Boolean).join(' ');
}
