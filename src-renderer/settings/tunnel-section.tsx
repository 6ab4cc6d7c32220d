import { useId } from 'react';
import type { SettingsValues, TunnelDetails } from '../../src-main/common/contract.ts';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { Call } from '../client/renderer-client.ts';
import { useInbox } from '../inbox.ts';
import { ScreenLink } from '../shell/screen-link.tsx';
import { settingsTexts, texts } from '../texts/texts.ts';
import { DomainEntry } from '../tunnel/domain-entry.tsx';
import { ReachLine } from '../tunnel/reach-line.tsx';
import { Sentence } from '../tunnel/sentence.tsx';
import { TokenEntry } from '../tunnel/token-entry.tsx';
import { useCheck } from '../tunnel/use-check.ts';
import { useSendTest } from '../tunnel/use-send-test.ts';
import { useTunnel } from '../tunnel/use-tunnel.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Fact, FieldError, SavedMark } from './field.tsx';
import { Note, Section } from './section.tsx';
import { useSettings } from './settings-context.tsx';
import styles from './tunnel-section.module.css';
import { useAsked } from './use-asked.ts';
import { useSave } from './use-save.ts';

type Kind = SettingsValues['tunnel']['kind'];

const words = settingsTexts.tunnel;
const planRequests = 20_000;

export function TunnelSection() {
  const { view } = useSettings();
  const kind = useTunnel()?.status.kind ?? view.values.tunnel.kind;
  const usesNgrok = kind === 'ngrok' || view.values.tunnel.kind === 'ngrok';
  return (
    <Section name="tunnel" title={words.title}>
      {view.tunnelIsFixed ? <Note tone="warn">{words.fixed}</Note> : null}
      <State />
      <KindChoice />
      {usesNgrok ? <TokenEntry /> : null}
      {usesNgrok ? <DomainEntry /> : null}
      {kind === 'none' ? null : <Probes />}
    </Section>
  );
}

function State() {
  const tunnel = useTunnel();
  const { tunnelIsFixed } = useSettings().view;
  const { checking, check } = useCheck();
  const test = useSendTest();
  if (tunnel === null) return null;
  const { word, proof, message, remedy } = tunnel.reach;
  return (
    <Fact label={words.status}>
      <ReachLine key={word} reach={tunnel.reach} />
      {proof === null ? null : <p>{proof}</p>}
      {message === null ? null : (
        <p>
          <Sentence text={message} />
        </p>
      )}
      {remedy === 'check' ? (
        <Button aria-disabled={checking} onClick={check}>
          {checking ? settingsTexts.reach.checking : settingsTexts.reach.check}
        </Button>
      ) : tunnelIsFixed ? (
        <Button aria-disabled={test.sending} onClick={test.send}>
          {test.sending ? texts.empty.sendingTest : settingsTexts.steps.send}
        </Button>
      ) : (
        <ScreenLink to={{ name: 'reachable' }} className={buttonClass('plain')}>
          {words.steps}
        </ScreenLink>
      )}
    </Fact>
  );
}

function KindChoice() {
  const { view, update } = useSettings();
  const save = useSave();
  const id = useId();
  const options: readonly (readonly [kind: Kind, text: string, detail: string])[] = [
    ['none', words.none, words.noneDetail],
    ['ngrok', words.ngrok, words.ngrokDetail],
  ];
  return (
    <div>
      <fieldset className={styles['kinds']} disabled={view.tunnelIsFixed}>
        <legend className={styles['legend']}>{words.kind}</legend>
        {options.map(([kind, text, detail]) => (
          <label key={kind} className={styles['kind']}>
            <input
              type="radio"
              name={id}
              value={kind}
              checked={view.values.tunnel.kind === kind}
              onChange={() => void save.run(() => update({ tunnel: { kind } }))}
              aria-describedby={`${id}-${kind}`}
            />
            <span>
              <span>{text}</span>
              <span id={`${id}-${kind}`} className={styles['detail']}>
                {detail}
              </span>
            </span>
          </label>
        ))}
        <SavedMark state={save.state} />
        <FieldError id={`${id}-error`} state={save.state} />
      </fieldset>
    </div>
  );
}

const ask = (call: Call): Promise<TunnelDetails> => call('tunnel:details');
const isNews = ({ name }: PageEvent): boolean => name === 'tunnel:changed' || name === 'resync';

function Probes() {
  const { format } = useInbox();
  const { value } = useAsked(ask, isNews);
  if (value === null) return null;
  const { sent, perMonth } = value.probes;
  return (
    <Fact label={words.probes}>
      <p>{words.probesDetail(format.number(sent), format.number(perMonth), format.number(planRequests))}</p>
    </Fact>
  );
}
