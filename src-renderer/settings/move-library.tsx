import { useEffect, useState } from 'react';
import type { DesktopApi } from '../../src-main/common/desktop-api.ts';
import { unwrapAnswer } from '../client/renderer-client.ts';
import { useInbox } from '../inbox.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Fact, FieldError } from './field.tsx';
import styles from './library-section.module.css';
import { useSave } from './use-save.ts';

const words = settingsTexts.library;

interface Moving {
  readonly copiedBytes: number;
  readonly totalBytes: number;
}

/** Desktop only: the app starts anew on the new place, so this never shows that it is done. */
export function MoveLibrary({ desktop }: { readonly desktop: DesktopApi }) {
  const { client, format } = useInbox();
  const [moving, setMoving] = useState<Moving | null>(null);
  const move = useSave();
  const busy = move.state.kind === 'saving';

  useEffect(
    () =>
      client.subscribe((event) => {
        if (event.name === 'library:moving') setMoving(event.data);
      }),
    [client],
  );

  const start = () => {
    if (busy) return;
    void move
      .run(async () => {
        if (unwrapAnswer(await desktop.moveLibrary()) === false) move.clear();
      })
      .finally(() => setMoving(null));
  };

  return (
    <Fact label={words.move}>
      <p>{words.moveHint}</p>
      <Button aria-disabled={busy} onClick={start}>
        {words.move}
      </Button>
      {moving === null ? null : (
        <>
          <progress
            className={styles['bytes']}
            aria-label={words.moving}
            value={moving.copiedBytes}
            max={Math.max(1, moving.totalBytes)}
          />
          <p role="status">{words.moved(format.size(moving.copiedBytes), format.size(moving.totalBytes))}</p>
        </>
      )}
      <FieldError id="move-error" state={move.state} />
    </Fact>
  );
}
