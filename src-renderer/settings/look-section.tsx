import { languages } from '../../src-main/common/texts/language.ts';
import { chooseLanguage, chosenLanguage } from '../texts/language-choice.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Field } from './field.tsx';
import { Section } from './section.tsx';
import { Select } from './select.tsx';

const words = settingsTexts.look;

/** How this page looks and speaks; other windows and browsers keep their own. */
export function LookSection() {
  const names = languages.map(({ code, name }) => ({ value: code, text: name }));
  return (
    <Section name="look" title={words.title}>
      <Field label={words.language} hint={words.languageHint}>
        {(control) => (
          <Select
            {...control}
            value={chosenLanguage(window) ?? ''}
            options={[{ value: '', text: words.systemLanguage }, ...names]}
            onChoose={(value) => chooseLanguage(window, languages.find(({ code }) => code === value)?.code ?? null)}
          />
        )}
      </Field>
    </Section>
  );
}
