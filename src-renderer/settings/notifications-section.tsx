import { useId, useState } from 'react';
import { settingsTexts } from '../texts/texts.ts';
import { FieldError, SavedMark } from './field.tsx';
import styles from './notifications-section.module.css';
import { Section } from './section.tsx';
import { useSettings } from './settings-context.tsx';
import { SwitchField } from './switch.tsx';
import { TextInput } from './text-input.tsx';
import { useSave } from './use-save.ts';

const words = settingsTexts.notifications;
const usualHours = { from: '22:00', until: '07:00' };

export function NotificationsSection() {
  const { view, update } = useSettings();
  const { notifications } = view.values;
  const kinds = ['saved', 'failed', 'tunnel'] as const;
  return (
    <Section name="notifications" title={words.title}>
      {kinds.map((kind) => (
        <SwitchField
          key={kind}
          label={words[kind]}
          checked={notifications[kind]}
          onChange={(checked) => update({ notifications: { [kind]: checked } })}
        />
      ))}
      <div>
        <SwitchField
          label={words.quiet}
          hint={words.quietHint}
          checked={notifications.quietHours !== null}
          onChange={(checked) => update({ notifications: { quietHours: checked ? usualHours : null } })}
        />
        {notifications.quietHours === null ? null : <QuietTimes hours={notifications.quietHours} />}
      </div>
    </Section>
  );
}

function QuietTimes({ hours }: { readonly hours: { readonly from: string; readonly until: string } }) {
  const { update } = useSettings();
  const save = useSave();
  const id = useId();
  const change = (next: Partial<typeof hours>) =>
    void save.run(() => update({ notifications: { quietHours: { ...hours, ...next } } }));
  return (
    <div className={styles['times']}>
      <TimeField label={words.from} value={hours.from} onTime={(from) => change({ from })} />
      <TimeField label={words.until} value={hours.until} onTime={(until) => change({ until })} />
      <span className={styles['mark']}>
        <SavedMark state={save.state} />
      </span>
      {hours.from === hours.until ? <p className={styles['note']}>{words.allDay}</p> : null}
      <FieldError id={`${id}-error`} state={save.state} />
    </div>
  );
}

interface TimeFieldProps {
  readonly label: string;
  /** `HH:MM`. */
  readonly value: string;
  readonly onTime: (value: string) => void;
}

/** A half-typed time is empty to the browser; it is nothing to save. */
function TimeField({ label, value, onTime }: TimeFieldProps) {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <span className={styles['time']}>
      <label htmlFor={id}>{label}</label>
      <TextInput
        id={id}
        type="time"
        value={typed ?? value}
        onText={(text) => {
          setTyped(text);
          if (text !== '') onTime(text.slice(0, 5));
        }}
        onBlur={() => setTyped(null)}
      />
    </span>
  );
}
