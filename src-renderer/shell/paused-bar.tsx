import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './paused-bar.module.css';

/** Says that nothing is fetched until someone resumes, be it that it was paused here, in another window or in the tray. */
export function PausedBar() {
  const { state, client, notices, describe } = useInbox();
  const paused = useStore(state, (value) => value.paused);
  const words = settingsTexts.downloads;
  const resume = () => {
    client
      .call('downloads:setPaused', false)
      .catch((error: unknown) => notices.post({ text: describe(error), kind: 'bad' }));
  };
  return (
    <div role="status">
      {paused ? (
        <div className={styles['bar']}>
          <p>{words.paused}</p>
          <Button onClick={resume}>{words.resume}</Button>
        </div>
      ) : null}
    </div>
  );
}
