import path from 'node:path';
import { parseArgs } from 'node:util';
import { InboxError } from '../../common/errors.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import { say, sayTold } from '../../common/texts/language.ts';
import { isOrderId, isProviderId } from '../../common/parse-calls.ts';
import { providerTextsEn } from '../../common/texts/en-providers.ts';
import type { Order } from '../../common/submit-form.ts';
import { flagSentence } from '../../node/config.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { needLocal, OrderInDoubt } from '../local-client.ts';
import { keepToBudget } from '../order-budget.ts';
import { namingFlags } from '../order-flags.ts';
import { runWait } from './wait.ts';
import { terminalTexts } from '../texts/en.ts';

const exitRefused = 2;
const exitUnknown = 4;

const flags = {
  'data-dir': { type: 'string' },
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
  const { values, positionals } = parse(args);
  const [provider, surplus] = positionals;
  if (provider === undefined) throw new InboxError('bad-request', commandTexts.providerMissing);
  if (surplus !== undefined) throw new InboxError('bad-request', commandTexts.surplus(surplus));
  if (!isProviderId(provider)) throw new InboxError('bad-request', providerTextsEn.cannotSubmit(provider));
  const orderId = values['order-id'];
  if (orderId !== undefined && !isOrderId(orderId))
    throw new InboxError('bad-request', commandTexts.flagMustBe('order-id', commandTexts.orderId, orderId));
  const { dataDir } = readCommandFlags(dataDirOf(values['data-dir']), terminal, {});
  const order: Order = {
    provider,
    model: values.model ?? null,
    prompt: values.prompt ?? null,
    videos: (values.video ?? []).map(source),
    images: (values.image ?? []).map(source),
    params: Object.fromEntries((values.param ?? []).map(param)),
    project: values.project ?? null,
    ...(orderId === undefined ? {} : { id: orderId }),
  };
  const budget = values.budget === undefined ? null : credits(values.budget);
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
  const isJson = values.json === true;
  const isAwaited = values.wait === true && result.outcome === 'made';
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
  const code = await runWait([...dataDirOf(values['data-dir']), result.key], told, crashes);
  if (isJson) terminal.out(JSON.stringify({ ...result, paths }));
  return code;
};

function credits(written: string): number {
  if (/^\d+(\.\d+)?$/.test(written)) return Number(written);
  throw new InboxError('bad-request', commandTexts.flagMustBe('budget', commandTexts.credits, written));
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: true });
  } catch (error) {
    throw new InboxError('bad-request', flagSentence(error, Object.keys(flags)), { cause: error });
  }
}

function dataDirOf(flag: string | undefined): readonly string[] {
  return flag === undefined ? [] : ['--data-dir', flag];
}

/** The inbox runs in another folder, so a file is named from the root. */
function source(written: string): string {
  return written === '' || /^[a-z][a-z\d+.-]+:\/\//i.test(written) ? written : path.resolve(written);
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
