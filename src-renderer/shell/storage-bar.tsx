import { say } from '../../src-main/common/texts/language.ts';
import { storageSentence } from '../../src-main/common/texts/en-storage.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import styles from './storage-bar.module.css';

/** Says, as long as it lasts, that what arrives cannot be kept. */
export function StorageBar() {
  const storage = useStore(useInbox().state, (state) => state.storage);
  const sentence = storage === null ? null : storageSentence(storage);
  return <div role="alert">{sentence === null ? null : <p className={styles['bar']}>{say(sentence)}</p>}</div>;
}
