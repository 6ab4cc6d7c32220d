import path from 'node:path';
import { InboxError, sentenceOf } from '../../common/errors.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import { configTexts } from '../../common/texts/en-config.ts';
import { say, sayTold } from '../../common/texts/language.ts';
import { isOrderId, isProviderId } from '../../common/parse-calls.ts';
import { providerTextsEn } from '../../common/texts/en-providers.ts';
import type { Order } from '../../common/submit-form.ts';
import { exitUnknown, type Command } from '../command.ts';
import { readCommandFlags, type CommandFlags } from '../command-flags.ts';
import { needLocal, OrderInDoubt } from '../local-client.ts';
import { keepToBudget } from '../order-budget.ts';
import { namingFlags } from '../order-flags.ts';
import { exitTimeout, runWait } from './wait.ts';
import { terminalTexts } from '../texts/en.ts';

const exitRefused = 2;

const options = {
  prompt: { type: 'string' },
  video: { type: 'string', multiple: true },
  image: { type: 'string', multiple: true },
  model: { type: 'string' },
  param: { type: 'string', multiple: true },
  project: { type: 'string' },
  'order-id': { type: 'string' },
  budget: { type: 'string' },
  wait: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Orders a video. The task id goes to standard output, everything else to standard error. */
export const runSubmit: Command = async (args, terminal, crashes) => {
  const flags = readCommandFlags(args, terminal, options, ['PROVIDER (kie-aleph, fal, …)']);
  const { dataDir, positionals } = flags;
  const [provider = ''] = positionals;
  if (!isProviderId(provider)) throw new InboxError('bad-request', providerTextsEn.cannotSubmit(provider));
  const orderId = flags.text('order-id');
  if (orderId !== null && !isOrderId(orderId))
    throw new InboxError('bad-request', commandTexts.flagMustBe('order-id', commandTexts.orderId, orderId));
  const order: Order = {
    provider,
    model: flags.text('model'),
    prompt: flags.text('prompt'),
    videos: sourcesOf(flags, 'video'),
    images: sourcesOf(flags, 'image'),
    params: Object.fromEntries(flags.texts('param').map(param)),
    project: flags.text('project'),
    ...(orderId === null ? {} : { id: orderId }),
  };
  const budget = creditsOf(flags);
  const inbox = await needLocal(dataDir);
  if (budget !== null) await keepToBudget(budget, inbox, order, '--budget');
  const result = await inbox.call('submissions:send', order).catch((error: unknown) => {
    if (error instanceof OrderInDoubt) return error;
    throw namingFlags(error);
  });
  if (result instanceof OrderInDoubt) {
    terminal.err(say(result.text));
    return exitUnknown;
  }
  const isJson = flags.isSet('json');
  const isAwaited = flags.isSet('wait') && result.outcome === 'made';
  if (isJson && !isAwaited) terminal.out(JSON.stringify(result));
  if (result.outcome !== 'made') {
    terminal.err(sayTold(result));
    return result.outcome === 'refused' ? exitRefused : exitUnknown;
  }
  for (const note of result.noteTexts ?? result.notes.map((message) => ({ message }))) {
    terminal.err(terminalTexts.note(sayTold(note)));
  }
  if (!isJson) terminal.out(result.taskId);
  if (!isAwaited) return 0;
  // One object in the end is what a program can read as a whole.
  const paths: string[] = [];
  const told = isJson ? { ...terminal, out: (line: string) => void paths.push(line) } : terminal;
  const code = await runWait(['--data-dir', dataDir, result.key], told, crashes).catch((error: unknown) => {
    terminal.err(say(sentenceOf(error)));
    terminal.err(say(commandTexts.madeAllTheSame(result.key)));
    return exitTimeout;
  });
  if (isJson) terminal.out(JSON.stringify({ ...result, paths }));
  return code;
};

function creditsOf(flags: CommandFlags): number | null {
  const written = flags.text('budget');
  if (written === null) return null;
  if (/^\d+(\.\d+)?$/.test(written)) return Number(written);
  throw new InboxError('bad-request', commandTexts.flagMustBe('budget', commandTexts.credits, written));
}

/** The inbox runs in another folder, so a file is named from the root. */
function sourcesOf(flags: CommandFlags, name: 'video' | 'image'): readonly string[] {
  return flags.texts(name).map((written) => {
    if (written.trim() === '') throw new InboxError('bad-request', configTexts.flagNeedsValue(`--${name}`));
    return /^[a-z][a-z\d+.-]+:\/\//i.test(written) ? written : path.resolve(written);
  });
}

/** `NAME=JSON`; what is no JSON is text. */
function param(written: string): [string, unknown] {
  const cut = written.indexOf('=');
  if (cut < 1) throw new InboxError('bad-request', commandTexts.paramForm(written));
  const text = written.slice(cut + 1);
  try {
    return [written.slice(0, cut), JSON.parse(text)];
  } catch {
    return [written.slice(0, cut), text];
  }
}
