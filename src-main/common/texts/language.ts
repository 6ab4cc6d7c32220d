/**
 * The language of the place where a person reads. Catalogs are written in English; a language is one pack that says the
 * same in other words. What only a place of reading says (a page, a menu) is a `catalog`: a pack is written over its
 * English, and over those that are read later. What the core tells is data (`sentence.ts`) and is put into words by
 * `say`. So nobody asks for a language at a place of use, and none is loaded beside English.
 */
import { heard, inWords, type LanguagePack, type MaybeTold, type Sentence, type Told } from './sentence.ts';

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

/** @param wanted BCP 47, the best first, as a system or a browser tells them. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const spoken = languageOf(tag);
    const found = languages.find(({ code }) => languageOf(code) === spoken);
    if (found !== undefined) return found.code;
  }
  return 'en';
}

/** @param header `Accept-Language`, as a browser sends it. @returns the best first, as far as `languageFor` needs it. */
export function languagesAsked(header = ''): readonly string[] {
  const asked = header.split(',').map((each) => {
    const [tag = '', weight = ''] = each.split(';');
    return { tag: tag.trim(), weight: Number(/q=([\d.]+)/.exec(weight)?.[1] ?? 1) };
  });
  return asked.sort((a, b) => b.weight - a.weight).map(({ tag }) => tag);
}

/** `zh` of `zh-Hans-CN`. Environment variables say `zh_CN.UTF-8`. */
const languageOf = (tag: string): string => /^[a-z]+/.exec(tag.toLowerCase())?.[0] ?? '';

/** Where the words of a language are read from, when it is spoken. */
export type PackSource = Readonly<Partial<Record<Language, () => Promise<{ readonly pack: object }>>>>;

const catalogs = new Map<string, object>();
let spoken: LanguagePack | null = null;
let language: Language = 'en';
let asked: Language = 'en';
/** Puts back the English that a language is written over. */
let restore: (() => void)[] = [];

/** Names a catalog, so that a pack can say it in other words. @returns the catalog itself. */
export function catalog<T extends object>(name: string, english: T): T {
  catalogs.set(name, english);
  fill(english, spoken?.[name]);
  return english;
}

/** Says all catalogs, those read so far and those to come, in the words of a pack. @param pack `null` for English. */
export function speak(pack: LanguagePack | null, code: Language = 'en'): void {
  for (const put of restore) put();
  restore = [];
  spoken = pack;
  language = code;
  for (const [name, english] of catalogs) fill(english, pack?.[name]);
}

/**
 * Reads what a language needs and speaks it; each source has a part of its catalogs. English needs nothing. Of two that
 * are asked for shortly after one another the later one is spoken, whichever is read first.
 */
export async function speakLanguage(code: Language, ...sources: readonly PackSource[]): Promise<void> {
  asked = code;
  const parts = code === 'en' ? null : await Promise.all(sources.flatMap((source) => source[code]?.() ?? []));
  if (asked !== code) return;
  speak(parts === null ? null : (Object.assign({}, ...parts.map(({ pack }) => pack)) as LanguagePack), code);
}

/** For numbers and dates. */
export const spokenLanguage = (): Language => language;

/** The slash that a path begins with; between Arabic and Latin letters it would be drawn behind the path. */
const pathStart = /(^|[\s(«"“])(?=\/[^\s/])/g;
const leftToRightMark = '\u200e';

/** A sentence in the language that is spoken here. */
export function say(sentence: Sentence): string {
  const said = inWords(sentence, spoken);
  const isRightToLeft = languages.some(({ code, direction }) => code === language && direction === 'rtl');
  return isRightToLeft ? said.replace(pathStart, `$1${leftToRightMark}`) : said;
}

/** What an answer told, in the language that is spoken here. */
export function sayTold(told: Told): string;
export function sayTold(told: MaybeTold): string | null;
export function sayTold({ message, ...rest }: MaybeTold): string | null {
  return message === null ? null : say(heard({ message, ...rest }));
}

function fill(english: object, words: object | undefined): void {
  for (const [name, said] of Object.entries(words ?? {}) as [string, unknown][]) {
    const here: unknown = Reflect.get(english, name);
    if (typeof said === 'object' && said !== null && typeof here === 'object' && here !== null) fill(here, said);
    else {
      restore.push(() => Reflect.set(english, name, here));
      Reflect.set(english, name, said);
    }
  }
}
