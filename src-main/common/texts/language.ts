/**
 * The language that sentences are in. Catalogs are written in English; a language is one pack that says the same in
 * other words. It is spoken once, before the first sentence is needed: it is written over the English of every catalog,
 * those that are read later too, so that nobody asks for a language at a place of use and none is loaded beside English.
 */

export const languages = [
  { code: 'en', name: 'English', direction: 'ltr' },
  { code: 'zh-Hans', name: '简体中文', direction: 'ltr' },
  { code: 'es', name: 'Español', direction: 'ltr' },
  { code: 'pt-BR', name: 'Português (Brasil)', direction: 'ltr' },
  { code: 'vi', name: 'Tiếng Việt', direction: 'ltr' },
  { code: 'ar', name: 'العربية', direction: 'rtl' },
  { code: 'ja', name: '日本語', direction: 'ltr' },
] as const;

export type Language = (typeof languages)[number]['code'];

/** A catalog in another language: same names, same parameters. What it lacks stays English. */
export type Translated<T> = T extends string
  ? string
  : T extends (...args: infer A) => infer R
    ? (...args: A) => Translated<R>
    : { readonly [K in keyof T]?: Translated<T[K]> };

/** Catalogs by name, in one language. */
export type LanguagePack = Readonly<Record<string, object>>;

/** @param wanted BCP 47, the best first, as a system or a browser tells them. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const spoken = languageOf(tag);
    const found = languages.find(({ code }) => languageOf(code) === spoken);
    if (found !== undefined) return found.code;
  }
  return 'en';
}

/** `zh` of `zh-Hans-CN`. Environment variables say `zh_CN.UTF-8`. */
const languageOf = (tag: string): string => /^[a-z]+/.exec(tag.toLowerCase())?.[0] ?? '';

const catalogs = new Map<string, object>();
let pack: LanguagePack = {};

/** Names a catalog, so that a pack can say it in other words. @returns the catalog itself. */
export function catalog<T extends object>(name: string, english: T): T {
  catalogs.set(name, english);
  fill(english, pack[name]);
  return english;
}

/** Says all catalogs, those read so far and those to come, in the words of a pack. */
export function speak(spoken: LanguagePack): void {
  pack = spoken;
  for (const [name, english] of catalogs) fill(english, pack[name]);
}

function fill(english: object, words: object | undefined): void {
  for (const [name, said] of Object.entries(words ?? {}) as [string, unknown][]) {
    const here: unknown = Reflect.get(english, name);
    if (typeof said === 'object' && said !== null && typeof here === 'object' && here !== null) fill(here, said);
    else Reflect.set(english, name, said);
  }
}
