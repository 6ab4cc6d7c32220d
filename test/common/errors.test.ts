import { afterEach, describe, expect, it } from 'vitest';
import { fromErrorData, InboxError, sentenceOf, toErrorData } from '../../src-main/common/errors.ts';
import { commandTexts } from '../../src-main/common/texts/en-commands.ts';
import { say, speak } from '../../src-main/common/texts/language.ts';
import { asTold, sentences } from '../../src-main/common/texts/sentence.ts';

const texts = sentences('made', {
  plain: 'It is gone.',
  lost: (file: string, count: number) => `${String(count)} of ${file} are lost.`,
  wrapped: (reason: string) => `Nothing was moved: ${reason}`,
  parts: { one: 'a part' },
});
const pack = {
  made: {
    plain: 'Se ha ido.',
    lost: (file: string, count: number) => `Faltan ${String(count)} de ${file}.`,
    wrapped: (reason: string) => `No se movió nada: ${reason}`,
  },
};

afterEach(() => speak(null));

describe('a sentence of an error', () => {
  it('is told in English to the outside, whatever is spoken here, with key and parameters beside it', () => {
    speak(pack);
    const error = new InboxError('conflict', texts.lost('a.mp4', 2));
    expect(error.message).toBe('2 of a.mp4 are lost.');
    expect(toErrorData(error)).toEqual({
      code: 'conflict',
      message: '2 of a.mp4 are lost.',
      text: { key: 'made.lost', params: ['a.mp4', 2] },
    });
  });

  it('is said in the language of whoever reads it on the other side, sentences within it too', () => {
    const sent = toErrorData(new InboxError('conflict', texts.wrapped(texts.lost('a.mp4', 2))));
    const received = fromErrorData(JSON.parse(JSON.stringify(sent)) as typeof sent);
    expect(say(received.text)).toBe('Nothing was moved: 2 of a.mp4 are lost.');
    speak(pack);
    expect(say(received.text)).toBe('No se movió nada: Faltan 2 de a.mp4.');
    speak(null);
    expect(say(received.text)).toBe('Nothing was moved: 2 of a.mp4 are lost.');
  });

  it('stays as it came where it has no key, and English where the language has no words or chokes on its facts', () => {
    expect(say(asTold('Provider: no credits'))).toBe('Provider: no credits');
    expect(say(texts.parts.one)).toBe('a part');
    expect(say({ key: 'made.toString.name', params: [], english: 'English' })).toBe('English');
    expect(say({ key: 'constructor.name', params: [], english: 'English' })).toBe('English');
    speak({ made: { ...pack.made, lost: ({ file }: { file: { name: string } }) => file.name } });
    expect(say(texts.lost('a.mp4', 1))).toBe('1 of a.mp4 are lost.');
    expect(toErrorData(fromErrorData({ code: 'conflict', message: 'of an older inbox' }))).toEqual({
      code: 'conflict',
      message: 'of an older inbox',
    });
  });

  it('tells of a bug only that something broke', () => {
    expect(toErrorData(new TypeError('x is undefined'))).toMatchObject({
      code: 'internal',
      text: { key: 'errors.broken' },
    });
    expect(sentenceOf(new TypeError('x is undefined')).english).not.toContain('undefined');
  });

  it('does not compile with words in place of a sentence, or with parameters of another kind', () => {
    const wrong = [
      // @ts-expect-error words are no sentence
      () => new InboxError('conflict', 'It is gone.'),
      // @ts-expect-error a number where the catalog takes a text
      () => new InboxError('conflict', commandTexts.unknownCall(7)),
      // @ts-expect-error one parameter too few
      () => new InboxError('conflict', texts.lost('a.mp4')),
    ];
    expect(wrong).toHaveLength(3);
  });
});
