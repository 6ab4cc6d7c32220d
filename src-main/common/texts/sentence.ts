import { asTyped } from './typed.ts';

/**
 * A sentence as data: which one, and the facts in it. Errors, answers and the log carry it; it is put into words where
 * a person reads it, in the language of that place (`say` of `language.ts`). The outside reads it in English.
 */
export interface Sentence {
  /** Its place in the catalogs: `commands.unknownCall`. Empty where the words come from elsewhere, see `asTold`. */
  readonly key: string;
  /** As the catalog's function takes them. A text among them may be a sentence itself. */
  readonly params: readonly unknown[];
  readonly english: string;
}

/** A sentence in an answer: in English, and what it is for other languages. */
export interface Told {
  readonly message: string;
  /** Absent in answers of older versions, and where the words are not ours. */
  readonly text?: Pick<Sentence, 'key' | 'params'>;
}

/** As it is told to the outside. */
export function told({ key, params, english }: Sentence): Told {
  return key === '' ? { message: english } : { message: asTyped(english), text: { key, params } };
}

/** The same in a field that may have nothing to tell. */
export interface MaybeTold {
  /** `null` when all is well. */
  readonly message: string | null;
  readonly text?: Pick<Sentence, 'key' | 'params'>;
}

export function toldOrNot(sentence: Sentence | null): MaybeTold {
  return sentence === null ? { message: null } : told(sentence);
}

/** @returns the sentence that was told. */
export function heard({ message, text }: Told): Sentence {
  return { ...asTold(message), ...text };
}

/** A catalog whose sentences are data: same names, same parameters. */
export type Sentences<T> = T extends string
  ? Sentence
  : T extends (...args: infer A) => string
    ? (...args: Facts<A>) => Sentence
    : { readonly [K in keyof T]: Sentences<T[K]> };

type Facts<A extends unknown[]> = {
  [I in keyof A]: [Extract<A[I], string>] extends [never] ? A[I] : string extends A[I] ? A[I] | Sentence : A[I];
};

/** Catalogs by name, in one language. */
export type LanguagePack = Readonly<Record<string, object>>;

type Maker = (...facts: readonly unknown[]) => string;

/** @param name under which packs have this catalog in other words. */
export function sentences<T extends object>(name: string, english: T): Sentences<T> {
  const wrapped = Object.entries(english).map(([key, said]: [string, string | Maker | object]) => [
    key,
    wrap(`${name}.${key}`, said),
  ]);
  // Made entry by entry from the same catalog; that cannot be expressed for a mapped type.
  return Object.fromEntries(wrapped) as Sentences<T>;
}

function wrap(key: string, said: string | Maker | object): unknown {
  if (typeof said === 'string') return { key, params: [], english: said } satisfies Sentence;
  if (typeof said !== 'function') return sentences(key, said);
  return (...params: readonly unknown[]): Sentence => ({
    key,
    params,
    english: (said as Maker)(...factsIn(params, null)),
  });
}

/** Words that came finished from elsewhere: another program, a provider, an inbox of an older version. */
export function asTold(words: string): Sentence {
  return { key: '', params: [], english: words };
}

/** @param pack `null` for English. What a pack lacks or cannot make of these facts is said in English. */
export function inWords(sentence: Sentence, pack: LanguagePack | null): string {
  return sentence.key === '' ? sentence.english : asTyped(wordsOf(sentence, pack));
}

function wordsOf(sentence: Sentence, pack: LanguagePack | null): string {
  if (pack === null) return sentence.english;
  try {
    const said = sentence.key.split('.').reduce<unknown>(inner, pack);
    if (typeof said === 'string') return said;
    if (typeof said === 'function') return (said as Maker)(...factsIn(sentence.params, pack));
  } catch {
    // Facts of another version, in a shape that this language does not know.
  }
  return sentence.english;
}

function factsIn(params: readonly unknown[], pack: LanguagePack | null): readonly unknown[] {
  return params.map((fact) => (isSentence(fact) ? inWords(fact, pack) : fact));
}

function inner(place: unknown, name: string): unknown {
  return typeof place === 'object' && place !== null && Object.hasOwn(place, name)
    ? Reflect.get(place, name)
    : undefined;
}

function isSentence(fact: unknown): fact is Sentence {
  return typeof fact === 'object' && fact !== null && 'key' in fact && 'params' in fact && 'english' in fact;
}
