import { type SubmitEvent, useId, useRef, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { FieldError, SavedMark } from './field.tsx';
import styles from './new-url.module.css';
import { TextInput } from './text-input.tsx';
import { useSave } from './use-save.ts';

const words = settingsTexts.urls;
const labelLimit = 80;

/** Mints one more callback URL. */
export function NewUrl({ onCreated }: { readonly onCreated: () => void }) {
  const { client, announcer } = useInbox();
  const [label, setLabel] = useState('');
  const [project, setProject] = useState('');
  const save = useSave();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const failed = save.state.kind === 'failed';

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (save.state.kind === 'saving') return;
    const options = { label: label.trim(), project: project.trim() === '' ? null : project.trim() };
    void save
      .run(() => client.call('callback:mint', options))
      .then((created) => {
        if (!created) {
          field.current?.focus();
          return;
        }
        setLabel('');
        setProject('');
        announcer.say(words.made(options.label));
        onCreated();
      });
  };

  return (
    <form className={styles['form']} onSubmit={submit} aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`} className={styles['title']}>
        {words.newTitle}
      </h3>
      <div className={styles['fields']}>
        <div className={styles['field']}>
          <label htmlFor={`${id}-label`}>{words.label}</label>
          <TextInput
            id={`${id}-label`}
            ref={field}
            value={label}
            maxLength={labelLimit}
            onText={(text) => {
              setLabel(text);
              if (failed) save.clear();
            }}
            aria-invalid={failed || undefined}
            aria-describedby={failed ? `${id}-label-hint ${id}-error` : `${id}-label-hint`}
          />
          <p id={`${id}-label-hint`} className={styles['hint']}>
            {words.labelHint}
          </p>
        </div>
        <div className={styles['field']}>
          <label htmlFor={`${id}-project`}>{words.projectLabel}</label>
          <TextInput
            id={`${id}-project`}
            value={project}
            maxLength={60}
            onText={setProject}
            aria-describedby={`${id}-project-hint`}
          />
          <p id={`${id}-project-hint`} className={styles['hint']}>
            {words.projectHint}
          </p>
        </div>
      </div>
      <FieldError id={`${id}-error`} state={save.state} />
      <div className={styles['actions']}>
        <Button type="submit" aria-disabled={save.state.kind === 'saving'}>
          {words.create}
        </Button>
        <span className={styles['mark']}>
          <SavedMark state={save.state} />
        </span>
      </div>
    </form>
  );
}
