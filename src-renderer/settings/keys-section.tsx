import { settingsTexts } from '../texts/texts.ts';
import { KeyRow } from './key-row.tsx';
import { keyTitle } from './key-title.ts';
import { Note, Section } from './section.tsx';
import { useSettings } from './settings-context.tsx';

const words = settingsTexts.keys;

/** All secrets but ngrok's and the webhook's, which stand where they are needed. */
export function KeysSection() {
  const { view } = useSettings();
  const secrets = view.secrets.filter(({ name }) => name !== 'NGROK_AUTHTOKEN' && name !== 'HOOK');
  return (
    <Section name="keys" title={words.title} intro={words.intro}>
      <Note tone={view.secretProtection === 'keychain' ? 'calm' : 'warn'}>
        {view.secretProtection === 'keychain' ? words.protectionKeychain : words.protectionFile}
      </Note>
      {secrets.map((secret) => (
        <KeyRow key={secret.name} secret={secret} title={keyTitle(secret.name)} />
      ))}
    </Section>
  );
}
