/**
 * The language of the sentences with the conventions of the person's region: an English text catalog on a German system
 * gives `en-DE`, so that words match the sentences while clock, date and decimal separator are the familiar ones.
 */
export function localeFor(catalogLanguage: string, personLocale: string): string {
  try {
    const person = new Intl.Locale(personLocale);
    if (person.language === new Intl.Locale(catalogLanguage).language) return personLocale;
    const region = person.maximize().region;
    return region === undefined ? catalogLanguage : new Intl.Locale(catalogLanguage, { region }).toString();
  } catch {
    return catalogLanguage;
  }
}
