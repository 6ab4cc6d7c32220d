import { useState } from 'react';
import { usualExportName } from '../../src-main/common/export-names.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import { useInbox } from '../inbox.ts';
import { saveBlob } from '../player/frame-picture.ts';
import { TextInput } from '../settings/text-input.tsx';
import { type Chosen, countOf, keysOf, selectionOf } from '../store/bulk.ts';
import { useStore } from '../store/use-store.ts';
import { enExport as words } from '../texts/en-export.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import {
  contactSheet,
  mostLookedAt,
  mostSheetFilms,
  sheetFilms,
  tasksForSheet,
  withoutStrip,
} from './contact-sheet.ts';
import styles from './export-dialog.module.css';

export interface ExportDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly chosen: Chosen;
}

/** Films to take away: bare, as a page, or as a picture. */
export function ExportDialog({ open, onClose, chosen }: ExportDialogProps) {
  const { format } = useInbox();
  const n = countOf(chosen);
  return (
    <Dialog open={open} onClose={onClose} title={words.title(n, format.number(n))}>
      <Form chosen={chosen} onDone={onClose} />
    </Dialog>
  );
}

const kinds = ['films', 'client', 'sheet'] as const;

function Form({ chosen, onDone }: { readonly chosen: Chosen; readonly onDone: () => void }) {
  const { actions, client, list, notices, prefs, format } = useInbox();
  const template = useStore(prefs, (value) => value.exportName);
  const [kind, setKind] = useState<(typeof kinds)[number]>('films');
  const [title, setTitle] = useState('');
  const [metadata, setMetadata] = useState(true);
  const [markers, setMarkers] = useState(false);
  const [isMaking, setMaking] = useState(false);
  const name = title.trim() === '' ? words.usualName : title.trim();

  async function sheetTasks(keys: readonly string[]): Promise<readonly TaskRow[]> {
    const loaded = new Map(list.get().rows.flatMap((row) => (row === undefined ? [] : [[row.key, row] as const])));
    return tasksForSheet(keys, async (key) => loaded.get(key) ?? client.call('tasks:get', key));
  }

  async function make(): Promise<void> {
    if (kind === 'sheet') {
      const keys = await keysOf(client.call, chosen);
      const tasks = await sheetTasks(keys);
      const films = sheetFilms(tasks, (...args) => client.stripUrl(...args));
      if (films.length === 0) return void notices.post({ text: words.noSheet, kind: 'bad' });
      const shown = films.slice(0, mostSheetFilms);
      saveBlob(await contactSheet(shown, true), `${name}.png`);
      const isCut = keys.length > mostLookedAt || films.length > shown.length;
      const file = `${name}.png`;
      const lacking = withoutStrip(tasks);
      const said = [
        isCut ? words.sheetCut(file, format.number(shown.length)) : words.sheetSaved(file),
        ...(lacking === 0 ? [] : [words.sheetLacks(lacking, format.number(lacking))]),
      ];
      return void notices.post({ text: said.join(' ') });
    }
    const prepared = await client.call('export:prepare', selectionOf(chosen), {
      title: name,
      template: template.trim() === '' ? usualExportName : template,
      metadata,
      markers,
      client: kind === 'client',
      language: texts.language,
    });
    const link = document.createElement('a');
    link.href = client.exportUrl(prepared.id);
    link.download = `${name}.zip`;
    link.click();
    const { films, sizeBytes, without, missing } = prepared;
    const said = [
      words.begun(films, format.number(films), format.size(sizeBytes)),
      ...(without === 0 ? [] : [words.without(without, format.number(without))]),
      ...(missing === 0 ? [] : [words.missing(missing, format.number(missing))]),
    ];
    notices.post({ text: said.join(' ') });
  }

  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        if (isMaking) return;
        setMaking(true);
        // What was written stays until it is of use: a word in the template may be wrong, the inbox may be away.
        void actions.attempt(make).then((isDone) => {
          setMaking(false);
          if (isDone) onDone();
        });
      }}
    >
      <fieldset className={styles['choices']}>
        <legend>{words.what}</legend>
        {kinds.map((each) => (
          <label key={each} className={styles['choice']}>
            <input
              type="radio"
              name="kind"
              {...(each === kinds[0] ? { 'data-first': true } : {})}
              checked={kind === each}
              onChange={() => setKind(each)}
            />
            {words[each]}
          </label>
        ))}
      </fieldset>
      <label className={styles['field']}>
        {words.name}
        <TextInput value={title} onText={setTitle} placeholder={words.usualName} maxLength={100} />
      </label>
      {kind === 'films' ? (
        <>
          <label className={styles['field']}>
            {words.template}
            <TextInput
              value={template}
              onText={(text) => prefs.update((all) => ({ ...all, exportName: text }))}
              placeholder={usualExportName}
              maxLength={200}
            />
            <span>{words.templateHint}</span>
          </label>
          <label className={styles['choice']}>
            <input type="checkbox" checked={metadata} onChange={() => setMetadata(!metadata)} />
            {words.metadata}
          </label>
          <label className={styles['choice']}>
            <input type="checkbox" checked={markers} onChange={() => setMarkers(!markers)} />
            {words.markers}
          </label>
        </>
      ) : null}
      <div className={styles['acts']}>
        <Button kind="primary" type="submit" aria-disabled={isMaking}>
          {words.make}
        </Button>
      </div>
    </form>
  );
}
