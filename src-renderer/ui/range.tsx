import type { InputHTMLAttributes } from 'react';
import styles from './range.module.css';

interface RangeProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange' | 'min' | 'max'> {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly value: number;
  readonly onValue: (value: number) => void;
}

/** A slider: the browser's own, so keyboard, touch and screen readers work as everywhere. */
export function Range({ label, min, max, value, onValue, className, ...props }: RangeProps) {
  const part = max > min ? (value - min) / (max - min) : 0;
  return (
    <input
      {...props}
      type="range"
      aria-label={label}
      min={min}
      max={max}
      value={value}
      onChange={(event) => onValue(event.currentTarget.valueAsNumber)}
      className={[styles['range'], className].filter(Boolean).join(' ')}
      style={{ '--part': part }}
    />
  );
}
