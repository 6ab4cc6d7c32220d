import { useInbox } from '../inbox.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './part-coming.module.css';

/** A screen whose file is still on its way: over a slow line that takes a while. */
export function PartComing() {
  const { router } = useInbox();
  const back = () => (router.get().taskKey === null ? router.closeScreen() : router.closeTask());
  return (
    <div className={styles['coming']}>
      <p role="status">{texts.common.coming}</p>
      <Button onClick={back}>{texts.common.back}</Button>
    </div>
  );
}
