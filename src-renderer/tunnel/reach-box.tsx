import { shortUrl } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts, texts } from '../texts/texts.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { ScreenLink } from '../shell/screen-link.tsx';
import styles from './reach-box.module.css';
import { ReachLine } from './reach-line.tsx';
import { Sentence } from './sentence.tsx';
import { useCallbackUrl } from './use-callback-url.ts';
import { useCheck } from './use-check.ts';
import { useSendTest } from './use-send-test.ts';
import { useTunnel } from './use-tunnel.ts';

/** The foot of the rail: whether a callback can arrive, how that is known, what to do, and the URL. */
export function ReachBox({ onNavigate }: { readonly onNavigate: (() => void) | undefined }) {
  const { state, actions } = useInbox();
  const url = useCallbackUrl();
  const told = useTunnel()?.reach ?? null;
  const { checking, check } = useCheck();
  const test = useSendTest();
  const words = settingsTexts.reach;
  // What a flag decides is not changed on a page: there is only the test, which then stays on this computer.
  const isLocalByFlag = useStore(state, ({ info, tunnel }) => info?.tunnelIsFixed === true && tunnel?.kind === 'none');
  const needsSteps = told?.remedy === 'steps' && !isLocalByFlag;

  return (
    <section className={styles['box']} aria-label={words.label}>
      <ReachLine reach={told} />
      {told?.proof ? <p className={styles['detail']}>{told.proof}</p> : null}
      {told?.message ? (
        <p className={styles['detail']}>
          <Sentence text={told.message} />
        </p>
      ) : null}
      {url === null ? null : (
        <p className={styles['url']} dir="ltr" title={shortUrl(url)}>
          {shortUrl(url)}
        </p>
      )}
      {needsSteps ? (
        <ScreenLink
          to={{ name: 'reachable' }}
          className={buttonClass('primary')}
          {...(onNavigate === undefined ? {} : { onNavigate })}
        >
          {told.tone === 'bad' ? words.solve : words.makeReachable}
        </ScreenLink>
      ) : null}
      <Button
        kind={told === null || needsSteps || isLocalByFlag ? 'plain' : 'primary'}
        disabled={url === null}
        onClick={() => url !== null && void actions.copy(url, texts.reach.copied)}
      >
        {texts.reach.copyUrl}
      </Button>
      {isLocalByFlag ? (
        <Button aria-disabled={test.sending} onClick={test.send}>
          {test.sending ? texts.empty.sendingTest : settingsTexts.steps.send}
        </Button>
      ) : null}
      {told?.remedy === 'check' ? (
        <Button aria-disabled={checking} onClick={check}>
          {checking ? words.checking : words.check}
        </Button>
      ) : null}
    </section>
  );
}
