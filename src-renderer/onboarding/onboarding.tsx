import { Check, Copy } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { SettingsView } from '../../src-main/common/contract.ts';
import { useInbox } from '../inbox.ts';
import { formatRoute, startList } from '../router/route.ts';
import { SettingsProvider, useSettings } from '../settings/settings-context.tsx';
import { useSave } from '../settings/use-save.ts';
import { Screen } from '../shell/screen.tsx';
import { useStore } from '../store/use-store.ts';
import { settingsTexts, texts } from '../texts/texts.ts';
import { DomainEntry } from '../tunnel/domain-entry.tsx';
import { ReachLine } from '../tunnel/reach-line.tsx';
import { OutsideLink, Sentence } from '../tunnel/sentence.tsx';
import { TokenEntry } from '../tunnel/token-entry.tsx';
import { useTunnel } from '../tunnel/use-tunnel.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import steps from '../ui/steps.module.css';
import styles from './onboarding.module.css';
import { TestStep } from './test-step.tsx';

const words = settingsTexts.steps;

/** Three steps from an address that only this computer knows to a callback that came over the internet. */
export function Onboarding() {
  return (
    <Screen title={words.title}>
      <SettingsProvider>
        <Steps />
      </SettingsProvider>
    </Screen>
  );
}

function Steps() {
  const { view } = useSettings();
  const tunnel = useTunnel();
  const [copied, setCopied] = useState(false);
  const [arrived, setArrived] = useState(false);
  const isOnline = tunnel?.status.state === 'online';
  return (
    <div className={styles['page']}>
      <p className={steps['detail']}>{words.intro}</p>
      <ol className={steps['steps']}>
        <Step title={words.connect} done={isOnline}>
          <ConnectStep />
        </Step>
        <Step title={words.copy} done={copied}>
          <CopyStep onCopied={() => setCopied(true)} />
        </Step>
        <Step title={words.test} done={arrived}>
          <TestStep ready={isOnline} local={isOffByFlag(view, tunnel)} onArrived={() => setArrived(true)} />
        </Step>
      </ol>
      {isOnline && arrived ? (
        <p className={styles['all']}>
          {words.allDone}{' '}
          <a className={buttonClass('plain')} href={formatRoute({ list: startList, taskKey: null })}>
            {words.toLibrary}
          </a>
        </p>
      ) : null}
    </div>
  );
}

/** A flag keeps it on this computer. */
function isOffByFlag({ tunnelIsFixed }: SettingsView, tunnel: ReturnType<typeof useTunnel>): boolean {
  return tunnelIsFixed && tunnel?.status.kind === 'none';
}

function Step({
  title,
  done,
  children,
}: {
  readonly title: string;
  readonly done: boolean;
  readonly children: ReactNode;
}) {
  return (
    <li className={steps['step']} data-done={done || undefined}>
      <span className={steps['mark']} aria-hidden>
        {done ? <Check size={16} /> : null}
      </span>
      <h2 className={steps['title']}>
        {title}
        {done ? <span className="visually-hidden"> ({words.done})</span> : null}
      </h2>
      {children}
    </li>
  );
}

function ConnectStep() {
  const { view, update } = useSettings();
  const tunnel = useTunnel();
  const use = useSave();
  const { kind } = view.values.tunnel;
  const isOwnProxy = tunnel?.status.kind === 'url';
  const isOnline = tunnel?.status.state === 'online';
  const hasToken = view.secrets.some(({ name, isSet }) => name === 'NGROK_AUTHTOKEN' && isSet);

  return (
    <>
      {isOwnProxy ? (
        <>
          <p className={steps['detail']}>{words.ownProxy(tunnel.status.publicUrl ?? '')}</p>
          <div className={styles['card']}>
            <State />
          </div>
        </>
      ) : null}
      {view.tunnelIsFixed ? <p className={steps['note']}>{settingsTexts.tunnel.fixed}</p> : null}
      {isOwnProxy || isOffByFlag(view, tunnel) ? null : (
        <>
          {isOnline ? null : (
            <>
              <p className={steps['detail']}>{words.connectDetail}</p>
              <p>
                <OutsideLink href="https://dashboard.ngrok.com/get-started/your-authtoken" text={words.tokenPage} />
              </p>
            </>
          )}
          <div className={styles['card']}>
            <TokenEntry />
            <State />
            <DomainEntry />
          </div>
          {hasToken && kind === 'none' && !view.tunnelIsFixed ? (
            <>
              <Button kind="primary" onClick={() => void use.run(() => update({ tunnel: { kind: 'ngrok' } }))}>
                {settingsTexts.token.useNgrok}
              </Button>
              {use.state.kind === 'failed' ? <p role="alert">{use.state.message}</p> : null}
            </>
          ) : null}
        </>
      )}
    </>
  );
}

/** How it stands with the address, as it happens. */
function State() {
  const tunnel = useTunnel();
  if (tunnel === null || tunnel.status.kind === 'none') return null;
  const { tone, proof, message } = tunnel.reach;
  return (
    <div className={styles['state']} data-tone={tone}>
      <ReachLine reach={tunnel.reach} />
      {proof === null ? null : <p>{proof}</p>}
      {message === null ? null : (
        <p role={tone === 'bad' ? 'alert' : undefined}>
          <Sentence text={message} />
        </p>
      )}
    </div>
  );
}

function CopyStep({ onCopied }: { readonly onCopied: () => void }) {
  const { state, actions } = useInbox();
  const callback = useStore(state, (value) => value.callback);
  return (
    <>
      <p className={steps['detail']}>{words.copyDetail}</p>
      <p className={steps['url']} dir="ltr">
        {callback?.url}
      </p>
      {callback === null || callback.isPublic ? null : <p className={steps['note']}>{words.copyLocal}</p>}
      <Button
        kind={callback?.isPublic === true ? 'primary' : 'plain'}
        disabled={callback === null}
        onClick={() => {
          if (callback === null) return;
          void actions.copy(callback.url, texts.reach.copied);
          onCopied();
        }}
      >
        <Copy size={15} aria-hidden />
        {texts.reach.copyUrl}
      </Button>
    </>
  );
}
