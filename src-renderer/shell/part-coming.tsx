import { useInbox } from '../inbox.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './part-coming.module.css';

/** A screen whose file is still on its way, which takes a while over a slow line, or broke when it came. */
export function PartComing({ isBroken }: { readonly isBroken: boolean }) {
  const { router } = useInbox();
  const back = () => (router.get().taskKey === null ? router.closeScreen() : router.closeTask());
  return (
    <div className={styles['coming']}>
      <p role="status">{isBroken ? texts.errors.crashedTitle : texts.common.coming}</p>
      <Button onClick={back}>{texts.common.back}</Button>
    </div>
  );
}
