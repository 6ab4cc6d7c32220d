/**
 * The language of the sentences with the conventions of the person's region: an English text catalog on a German system
 * gives `en-DE`, so that words match the sentences while clock, date and decimal separator are the familiar ones. Digits
 * are those of time codes, addresses and ids everywhere, so that `ar-EG` does not show two kinds beside each other.
 */
export function localeFor(catalogLanguage: string, personLocale: string): string {
  const locale = ofRegion(catalogLanguage, personLocale);
  const { numberingSystem } = new Intl.NumberFormat(locale).resolvedOptions();
  return numberingSystem === 'latn' ? locale : new Intl.Locale(locale, { numberingSystem: 'latn' }).toString();
}

function ofRegion(catalogLanguage: string, personLocale: string): string {
  try {
    const person = new Intl.Locale(personLocale);
    if (person.language === new Intl.Locale(catalogLanguage).language) return personLocale;
    const region = person.maximize().region;
    return region === undefined ? catalogLanguage : new Intl.Locale(catalogLanguage, { region }).toString();
  } catch {
    return catalogLanguage;
  }
}
