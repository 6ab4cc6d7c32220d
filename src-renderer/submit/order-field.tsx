import { useRef, useState } from 'react';
import type { FormField } from '../../src-main/common/submit-form.ts';
import type { Format } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { Field, type ControlProps } from '../settings/field.tsx';
import { Select } from '../settings/select.tsx';
import { TextInput } from '../settings/text-input.tsx';
import { enSubmit as words } from '../texts/en-submit.ts';
import { Button } from '../ui/button.tsx';
import type { FieldProblem } from './form-values.ts';
import { isRefusal } from '../../src-main/common/submit-form.ts';
import { texts } from '../texts/texts.ts';
import styles from './order-field.module.css';

interface OrderFieldProps {
  readonly field: FormField;
  readonly value: string;
  readonly problem: FieldProblem | null;
  readonly onChange: (value: string) => void;
  /** It was left, or a choice was made. */
  readonly onLeave: () => void;
}

/** One field of an order, made from the schema, with its limits beside it. */
export function OrderField({ field, value, problem, onChange, onLeave }: OrderFieldProps) {
  const { format } = useInbox();
  const label = labelOf(field.name);
  const refused = problem !== null && problemIsRefusal(problem);
  return (
    <div data-field={field.name} className={styles['field']}>
      <Field
        label={field.isRequired ? label : `${label} (${words.optional})`}
        hint={hintOf(field, format) || undefined}
        save={refused ? { kind: 'failed', message: problemText(problem, format) } : { kind: 'idle' }}
        wide
      >
        {(control) => (
          <Control field={field} control={control} value={value} onChange={onChange} onLeave={onLeave} label={label} />
        )}
      </Field>
      {problem === null || refused ? null : <p className={styles['note']}>{problemText(problem, format)}</p>}
    </div>
  );
}

interface ControlOfField extends Pick<OrderFieldProps, 'field' | 'value' | 'onChange' | 'onLeave'> {
  readonly control: ControlProps;
  readonly label: string;
}

function Control({ field, control, value, onChange, onLeave, label }: ControlOfField) {
  if (field.kind === 'choice' && field.choices !== undefined && field.isList !== true) {
    const options = field.choices.map((choice) => ({ value: String(choice), text: String(choice) }));
    return <Select {...control} value={value} options={[notSet, ...options]} onChoose={onChange} onBlur={onLeave} />;
  }
  if (field.kind === 'switch') {
    const options = [notSet, { value: 'true', text: words.yes }, { value: 'false', text: words.no }];
    return <Select {...control} value={value} options={options} onChoose={onChange} onBlur={onLeave} />;
  }
  if (field.kind === 'video' || field.kind === 'image') {
    return <Source {...{ field, control, value, onChange, onLeave, label }} />;
  }
  if (field.isList === true || field.kind === 'json' || (field.kind === 'text' && /prompt|text/i.test(field.name))) {
    return (
      <textarea
        {...control}
        className={styles['area']}
        dir="auto"
        rows={field.kind === 'text' && field.isList !== true ? 4 : 2}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onBlur={onLeave}
      />
    );
  }
  return (
    <TextInput
      {...control}
      className={styles['line']}
      inputMode={field.kind === 'integer' ? 'numeric' : field.kind === 'number' ? 'decimal' : 'text'}
      value={value}
      onText={onChange}
      onBlur={onLeave}
    />
  );
}

const notSet = { value: '', text: words.notSet };

/** An address, or a file: its path where the page knows one, else its bytes are brought to the inbox. */
function Source({ field, control, value, onChange, onLeave, label }: ControlOfField) {
  const { client, describe, notices, format } = useInbox();
  const picker = useRef<HTMLInputElement>(null);
  const [brought, setBrought] = useState<number | null>(null);

  const bring = async (file: File | undefined) => {
    if (file === undefined) return;
    setBrought(0);
    try {
      const path = await client.bringSource(file, setBrought);
      onChange(field.isList === true && value.trim() !== '' ? `${value.trimEnd()}\n${path}` : path);
      setTimeout(onLeave);
    } catch (error) {
      notices.post({ text: describe(error), kind: 'bad' });
    } finally {
      setBrought(null);
    }
  };
  return (
    <>
      {field.isList === true ? (
        <textarea
          {...control}
          className={styles['area']}
          rows={2}
          dir="ltr"
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
          onBlur={onLeave}
        />
      ) : (
        <TextInput {...control} className={styles['line']} dir="ltr" value={value} onText={onChange} onBlur={onLeave} />
      )}
      <Button
        aria-label={words.chooseFileFor(label)}
        aria-disabled={brought !== null}
        onClick={() => brought === null && picker.current?.click()}
      >
        {words.chooseFile}
      </Button>
      <input
        ref={picker}
        type="file"
        accept={`${field.kind}/*`}
        hidden
        onChange={(event) => {
          void bring(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      <span role="status">{brought === null ? '' : words.bringing(format.percent(brought))}</span>
    </>
  );
}

/** `negativePrompt`, `negative_prompt`: "Negative prompt". */
function labelOf(name: string): string {
  const known = words.fields[name];
  if (known !== undefined) return known;
  const text = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase()
    .trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function hintOf(field: FormField, format: Format): string {
  const { hints } = words;
  const { min, max } = field;
  const isNumber = field.kind === 'number' || field.kind === 'integer';
  const parts = [
    field.kind === 'video' || field.kind === 'image' ? hints.source : null,
    field.isList === true ? hints.lines : null,
    field.kind === 'json' ? hints.json : null,
    field.maxBytes === undefined ? null : hints.maxBytes(mebibytes(field.maxBytes, format)),
    field.maxSeconds === undefined ? null : hints.maxSeconds(format.decimal(field.maxSeconds)),
    field.usedSeconds === undefined ? null : hints.usedSeconds(format.decimal(field.usedSeconds)),
    field.maxLength === undefined ? null : hints.maxLength(format.number(field.maxLength)),
    !isNumber
      ? null
      : min !== undefined && max !== undefined
        ? hints.range(format.number(min), format.number(max))
        : min !== undefined
          ? hints.min(format.number(min))
          : max !== undefined
            ? hints.max(format.number(max))
            : null,
  ].filter((part) => part !== null);
  const limits = parts.join(texts.common.comma);
  return [field.description ?? '', limits].filter((part) => part !== '').join(texts.common.separator);
}

function problemIsRefusal({ code, ...rest }: FieldProblem): boolean {
  return code === 'not-json' || isRefusal({ code, ...rest });
}

function problemText({ code, params }: FieldProblem, format: Format): string {
  const { problems } = words;
  const number = (name: string): string => {
    const value = params[name];
    return typeof value === 'number' ? format.decimal(Math.round(value * 10) / 10) : String(value ?? '');
  };
  const size = (name: string): string => {
    const value = params[name];
    return typeof value === 'number' ? mebibytes(value, format) : String(value ?? '');
  };
  switch (code) {
    case 'missing':
    case 'no-number':
    case 'unknown-field':
    case 'no-place':
    case 'said-twice':
    case 'not-json':
      return problems[code];
    case 'too-long':
      return problems[code](number('length'), number('max'));
    case 'no-choice':
      return problems[code](String(params['choices'] ?? ''));
    case 'too-small':
      return problems[code](number('min'));
    case 'too-large':
      return problems[code](number('max'));
    case 'too-many':
      return problems[code](number('count'), number('max'));
    case 'file-too-large':
      return problems[code](size('sizeBytes'), size('maxBytes'));
    case 'video-too-long':
      return problems[code](number('seconds'), number('maxSeconds'));
    case 'only-beginning':
      return problems[code](number('seconds'), number('usedSeconds'));
  }
}

/** Providers mean 1024 × 1024 by their megabyte; the file must not look larger than the limit that it fits. */
function mebibytes(bytes: number, format: Format): string {
  return `${format.decimal(Math.round((bytes / 1024 / 1024) * 10) / 10)} MB`;
}
