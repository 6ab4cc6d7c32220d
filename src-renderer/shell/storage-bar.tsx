import { say } from '../../src-main/common/texts/language.ts';
import { storageSentence } from '../../src-main/common/texts/en-storage.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import styles from './storage-bar.module.css';

/** Says, as long as it lasts, that what arrives cannot be kept; and before, that there will be no room for it. */
export function StorageBar() {
  const storage = useStore(useInbox().state, (state) => state.storage);
  const sentence = storage === null ? null : storageSentence(storage);
  const words = sentence === null ? null : <p>{say(sentence)}</p>;
  const isCalm = storage?.state === 'ok';
  return (
    <>
      <div role="alert" className={styles['bar']}>
        {isCalm ? null : words}
      </div>
      <div aria-live="polite" className={styles['bar']} data-tone="warn">
        {isCalm ? words : null}
      </div>
    </>
  );
}
