import { settingsTexts } from '../texts/texts.ts';
import { Section } from './section.tsx';
import { useSettings } from './settings-context.tsx';
import { SwitchField } from './switch.tsx';

const words = settingsTexts.desktop;
const choices = [
  ['launchAtLogin', words.launchAtLogin, words.launchAtLoginHint],
  ['closeToTray', words.closeToTray, words.closeToTrayHint],
  ['keepAwake', words.keepAwake, words.keepAwakeHint],
  ['checkForUpdates', words.checkForUpdates, words.checkForUpdatesHint],
] as const;

export function DesktopSection() {
  const { view, update } = useSettings();
  return (
    <Section name="desktop" title={words.title}>
      {choices.map(([name, label, hint]) => (
        <SwitchField
          key={name}
          label={label}
          hint={hint}
          checked={view.values.desktop[name]}
          onChange={(checked) => update({ desktop: { [name]: checked } })}
        />
      ))}
    </Section>
  );
}
