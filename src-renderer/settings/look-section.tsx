import { type Language, languages } from '../../src-main/common/texts/language.ts';
import { chooseLanguage, chosenLanguage } from '../texts/language-choice.ts';
import { useSettings } from './settings-context.tsx';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Field } from './field.tsx';
import { Section } from './section.tsx';
import { Select } from './select.tsx';
import { SwitchField } from './switch.tsx';

const words = settingsTexts.look;
const themes = ['system', 'light', 'dark'] as const;
const densities = ['roomy', 'dense'] as const;

/** How this page looks and speaks; other windows and browsers keep their own. */
export function LookSection() {
  const { prefs } = useInbox();
  const { update } = useSettings();
  const { theme, density, autoplay } = useStore(prefs, (value) => value);
  const tell = (language: Language | null) => update({ desktop: { language } });
  const names = languages.map(({ code, name }) => ({ value: code, text: name }));
  return (
    <Section name="look" title={words.title}>
      <Field label={words.language} hint={words.languageHint}>
        {(control) => (
          <Select
            {...control}
            value={chosenLanguage(window) ?? ''}
            options={[{ value: '', text: words.systemLanguage }, ...names]}
            onChoose={(value) =>
              void chooseLanguage(window, languages.find(({ code }) => code === value)?.code ?? null, tell)
            }
          />
        )}
      </Field>
      <Field label={words.theme}>
        {(control) => (
          <Select
            {...control}
            value={theme}
            options={themes.map((value) => ({ value, text: words.themes[value] }))}
            onChoose={(value) =>
              prefs.update((all) => ({ ...all, theme: themes.find((each) => each === value) ?? 'system' }))
            }
          />
        )}
      </Field>
      <Field label={words.density}>
        {(control) => (
          <Select
            {...control}
            value={density}
            options={densities.map((value) => ({ value, text: words.densities[value] }))}
            onChoose={(value) =>
              prefs.update((all) => ({ ...all, density: densities.find((each) => each === value) ?? 'roomy' }))
            }
          />
        )}
      </Field>
      <SwitchField
        label={words.autoplay}
        hint={words.autoplayHint}
        checked={autoplay}
        onChange={(checked) => {
          prefs.update((all) => ({ ...all, autoplay: checked }));
          return Promise.resolve();
        }}
      />
    </Section>
  );
}
