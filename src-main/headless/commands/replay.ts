import { InboxError } from '../../common/errors.ts';
import type { ReplayOutcome } from '../../common/requests.ts';
import type { Command } from '../command.ts';
import { readCommandFlags } from '../command-flags.ts';
import { oneLine } from '../format.ts';
import { needLocal } from '../local-client.ts';
import { requestNumber } from './requests.ts';
import { asTyped } from '../../common/texts/typed.ts';
import { commandTexts } from '../../common/texts/en-commands.ts';
import { terminalTexts } from '../texts/en.ts';

const words = terminalTexts.replay;

/** `replay N [--take] [--to URL] [--unsigned]`: exit code 1 where it was sent and not answered with 2xx. */
export const runReplay: Command = async (args, terminal) => {
  const options = {
    to: { type: 'string' },
    take: { type: 'boolean' },
    unsigned: { type: 'boolean' },
    json: { type: 'boolean' },
  } as const;
  const flags = readCommandFlags(args, terminal, options, ['N']);
  const n = requestNumber(flags.positionals[0]);
  const inbox = await needLocal(flags.dataDir);
  const outcome = await inbox.call('requests:replay', n, {
    to: flags.text('to'),
    sign: !flags.isSet('unsigned'),
    take: flags.isSet('take'),
  });
  if (outcome.problem !== null) {
    throw new InboxError('conflict', outcome.problem === 'cut' ? commandTexts.bodyCut(n) : commandTexts.bodyNotKept(n));
  }
  terminal.out(flags.isSet('json') ? JSON.stringify(outcome) : describe(outcome, n));
  const status = outcome.sent?.status ?? 200;
  return outcome.sent !== null && (outcome.sent.status === null || status < 200 || status > 299) ? 1 : 0;
};

function describe({ differences, taken, sent }: ReplayOutcome, n: number): string {
  const value = (text: string | null): string => (text === null ? terminalTexts.none : oneLine(text, 300));
  const lines =
    differences.length === 0
      ? [words.same]
      : [
          `${words.otherwise} ${taken ? words.taken : asTyped(words.notTaken(n))}`,
          ...differences.map(({ field, was, is }) => `  ${field.padEnd(9)} ${value(was)} -> ${value(is)}`),
        ];
  if (sent === null) return lines.join('\n');
  const answer = sent.status === null ? words.notAnswered(oneLine(sent.text, 300)) : words.answered(sent.status);
  return [...lines, sent.signed ? words.sentSigned(answer, sent.ms) : words.sent(answer, sent.ms)].join('\n');
}
