import { useEffect, useState } from 'react';
import type { InboxEvents } from '../../src-main/common/contract.ts';
import type { DoctorReport } from '../../src-main/common/doctor-report.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { DoctorResult } from './doctor-result.tsx';
import { Fact, FieldError } from './field.tsx';
import styles from './library-section.module.css';
import { MoveLibrary } from './move-library.tsx';
import { Section } from './section.tsx';
import { useSave } from './use-save.ts';

const words = settingsTexts.library;

export function LibrarySection() {
  const { state, actions, client, desktop, format } = useInbox();
  const dataDir = useStore(state, (value) => value.info?.dataDir ?? null);
  const [report, setReport] = useState<DoctorReport | null>(null);
  const [progress, setProgress] = useState<InboxEvents['library:checking'] | null>(null);
  const [freeBytes, setFreeBytes] = useState<number | null>(null);
  const check = useSave();
  const checking = check.state.kind === 'saving';
  const start = () => {
    if (checking) return;
    setReport(null);
    setProgress(null);
    void check.run(async () => setReport(await client.call('library:doctor', { rebuild: false })));
  };
  useEffect(() => {
    let isOver = false;
    // What cannot be told is left out: it is a side remark.
    const tell = (bytes: number | null) => isOver || setFreeBytes(bytes);
    client.call('app:status').then(
      ({ diskFreeBytes }) => tell(diskFreeBytes > 0 ? diskFreeBytes : null),
      () => tell(null),
    );
    return () => {
      isOver = true;
    };
  }, [client]);
  useEffect(
    () =>
      client.subscribe((event) => {
        if (event.name === 'library:checking') setProgress(event.data);
      }),
    [client],
  );
  return (
    <Section name="library" title={words.title}>
      <Fact label={words.folder}>
        <p className={styles['path']}>
          <bdi dir="ltr">{dataDir}</bdi>
        </p>
        <Button
          disabled={dataDir === null}
          onClick={() => dataDir !== null && void actions.copy(dataDir, words.pathCopied)}
        >
          {words.copyPath}
        </Button>
      </Fact>
      {freeBytes === null ? null : (
        <Fact label={words.space}>
          <p>{words.free(format.size(freeBytes))}</p>
        </Fact>
      )}
      {desktop === null ? null : <MoveLibrary desktop={desktop} />}
      <Fact label={words.check}>
        <p>{words.checkHint}</p>
        <Button aria-disabled={checking} onClick={start}>
          {checking ? words.checking : words.check}
        </Button>
        {!checking ? null : progress === null ? (
          // The journal comes first, and nobody knows how long that takes.
          <div role="progressbar" aria-label={words.checking} className={styles['progress']} />
        ) : (
          <>
            <progress
              className={styles['bytes']}
              aria-label={words.checking}
              value={progress.videosChecked}
              max={Math.max(1, progress.videosTotal)}
            />
            <p>{words.checked(format.number(progress.videosChecked), format.number(progress.videosTotal))}</p>
          </>
        )}
        <div role="status" className={styles['report']}>
          {report === null ? null : <DoctorResult report={report} />}
        </div>
        <FieldError id="doctor-error" state={check.state} />
      </Fact>
    </Section>
  );
}
