/** Commands in sentences: as they are typed where the program lies, and none that does not exist. */
import { afterEach, expect, it } from 'vitest';
import { helpWords, isCommandName } from '../../../src-main/common/command-names.ts';
import { corePacks } from '../../../src-main/common/texts/core-packs.ts';
import { commandTexts } from '../../../src-main/common/texts/en-commands.ts';
import { instanceTexts } from '../../../src-main/common/texts/en-instance.ts';
import { inWords, told } from '../../../src-main/common/texts/sentence.ts';
import { asTyped, typeCommandsAs, typedHere } from '../../../src-main/common/texts/typed.ts';
import { terminalPacks } from '../../../src-main/headless/texts/packs.ts';

afterEach(() => typeCommandsAs('video-inbox'));

it('a sentence names its command as the checkout has it, in every language, and as data too', async () => {
  const sentence = instanceTexts.notRunning('/library');
  expect(told(sentence).message).toContain('"video-inbox serve"');
  typeCommandsAs('npm run cli --');
  expect(typedHere()).toBe('npm run cli --');
  expect(told(sentence).message).toContain('"npm run cli -- serve"');
  for (const load of Object.values(corePacks)) {
    const said = inWords(sentence, { ...(await load()).pack });
    expect(said).toContain('npm run cli -- serve');
    expect(said).not.toContain('video-inbox');
  }
});

it('changes commands only, and none twice', () => {
  typeCommandsAs('npx ./video-inbox-0.1.0.tgz');
  const texts = 'video-inbox.service, .config/video-inbox data, Video Inbox, video-inbox waits';
  expect(asTyped(texts)).toBe(texts);
  const once = asTyped('"video-inbox secret set X", then video-inbox store move --to disk');
  expect(once).toBe(
    '"npx ./video-inbox-0.1.0.tgz secret set X", then npx ./video-inbox-0.1.0.tgz store move --to disk',
  );
  expect(asTyped(once)).toBe(once);
  typeCommandsAs('npx video-inbox');
  expect(asTyped(asTyped('video-inbox wait 1'))).toBe('npx video-inbox wait 1');
  expect(told(commandTexts.unknownCommand('wat', 'wait', 'wait')).message).toContain('"npx video-inbox help"');
});

it('every command that a sentence names exists', async () => {
  const packs = [...Object.values(corePacks), ...Object.values(terminalPacks)].map(async (load) => (await load()).pack);
  const said: string[] = [];
  const collect = (value: unknown): void => {
    // Sentences are in the source of their functions as well.
    if (typeof value === 'string' || typeof value === 'function') said.push(String(value));
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect);
  };
  (await Promise.all(packs)).forEach(collect);
  const named = said.flatMap((text) => [...text.matchAll(/video-inbox ([a-z-]+)/g)].map(([, word = '']) => word));
  expect(new Set(named).size).toBeGreaterThan(10);
  expect([...new Set(named)].filter((word) => !isCommandName(word) && !helpWords.includes(word))).toEqual([]);
});
