import { expect, it } from 'vitest';
import { fromErrorData, InboxError, toErrorData } from '../../src-main/common/errors.ts';
import { providerTextsEn } from '../../src-main/common/texts/en-providers.ts';
import { namingFlags } from '../../src-main/headless/order-flags.ts';

it('what an order lacks is told by the flags that give it, also behind the way from the inbox', () => {
  const missing = ['prompt', 'videoUrl', 'imageUrls', 'aspectRatio'].map((field) => ({
    field,
    code: 'missing' as const,
    params: {},
  }));
  const refused = new InboxError('bad-request', providerTextsEn.orderProblems(missing));
  const arrived = fromErrorData(JSON.parse(JSON.stringify(toErrorData(refused))) as ReturnType<typeof toErrorData>);
  expect(namingFlags(arrived)).toMatchObject({
    code: 'bad-request',
    message:
      '--prompt is missing. --video (videoUrl) is missing. --image (imageUrls) is missing. --param aspectRatio is missing.',
    text: { key: refused.text.key },
  });
});

it('anything else stays what it is', () => {
  const other = new InboxError('bad-request', providerTextsEn.refused('kie-luma', 'invalid', null));
  expect(namingFlags(other)).toBe(other);
});
