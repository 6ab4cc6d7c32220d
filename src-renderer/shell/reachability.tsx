import type { TunnelStatus } from '../../src-main/common/contract.ts';
import type { Format } from '../format/format.ts';
import { shortUrl } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/store.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './reachability.module.css';

interface Reach {
  readonly word: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'calm';
  readonly detail: string | null;
}

/** "Can a callback reach me?" in one word, and how that is known. */
export function reach(tunnel: TunnelStatus, format: Format, now: number): Reach {
  const { reach: words } = texts;
  if (tunnel.kind === 'none') return { word: words.local, tone: 'calm', detail: tunnel.message ?? words.localDetail };
  switch (tunnel.state) {
    case 'online':
      return {
        word: words.online,
        tone: tunnel.provenAt === null ? 'calm' : 'good',
        detail:
          tunnel.message ??
          (tunnel.provenAt === null ? words.untested : words.proven(format.age(tunnel.provenAt, now))),
      };
    case 'connecting':
      return { word: words.connecting, tone: 'calm', detail: tunnel.message };
    case 'degraded':
      return { word: words.degraded, tone: 'warn', detail: tunnel.message };
    case 'blocked':
      return { word: words.blocked, tone: 'bad', detail: tunnel.message };
    case 'offline':
      return { word: words.offline, tone: 'bad', detail: tunnel.message };
  }
}

export function Reachability() {
  const { state, actions, format, now } = useInbox();
  const tunnel = useStore(state, (value) => value.tunnel);
  const url = useStore(state, (value) => value.callback?.url ?? value.tunnel?.callbackUrl ?? null);
  const present = useStore(now, (value) => value);
  const told = tunnel === null ? null : reach(tunnel, format, present);
  return (
    <section className={styles['box']} aria-label={texts.reach.label}>
      <p className={styles['state']}>
        <span className={styles['dot']} data-tone={told?.tone ?? 'calm'} aria-hidden />
        {told?.word ?? texts.reach.loading}
      </p>
      {told?.detail ? <p className={styles['detail']}>{told.detail}</p> : null}
      {url === null ? null : (
        <p className={styles['url']} title={shortUrl(url)}>
          {shortUrl(url)}
        </p>
      )}
      <Button
        kind="primary"
        disabled={url === null}
        onClick={() => url !== null && void actions.copy(url, texts.reach.copied)}
      >
        {texts.reach.copyUrl}
      </Button>
    </section>
  );
}
