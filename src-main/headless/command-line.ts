/** The `video-inbox` commands: one word says what to do, the rest are its flags. Node runs it, and so does the desktop app. */
import { createInterface } from 'node:readline/promises';
import { commandNames, helpWords, isCommandName, versionWords, type CommandName } from '../common/command-names.ts';
import { InboxError, sentenceOf } from '../common/errors.ts';
import { commandTexts } from '../common/texts/en-commands.ts';
import { say } from '../common/texts/language.ts';
import { asTyped } from '../common/texts/typed.ts';
import type { CommandLineHost } from '../node/command-line-host.ts';
import { guardAgainstCrashes } from '../node/crash-guard.ts';
import { diskReason } from '../node/data-dir.ts';
import { neverWaitFor, unhurriedLines, untilWritten } from '../node/log/unhurried-lines.ts';
import type { Command, Terminal } from './command.ts';
import { runApiKey } from './commands/api-key.ts';
import { runDoctorCommand } from './commands/doctor.ts';
import { runExport } from './commands/export.ts';
import { runImport } from './commands/import.ts';
import { runList } from './commands/list.ts';
import { runMcp } from './commands/mcp.ts';
import { runReplay } from './commands/replay.ts';
import { runRequests } from './commands/requests.ts';
import { runSecret } from './commands/secret.ts';
import { runSendTest } from './commands/send-test.ts';
import { runSettings } from './commands/settings.ts';
import { runShow } from './commands/show.ts';
import { runStore } from './commands/store.ts';
import { runSubmit } from './commands/submit.ts';
import { runStatus } from './commands/status.ts';
import { runTunnel } from './commands/tunnel.ts';
import { runUrl } from './commands/url.ts';
import { runWait } from './commands/wait.ts';
import { runTag } from './commands/tag.ts';
import { runAsk, runWatch } from './commands/watch.ts';
import { obeyedByNone } from './format.ts';
import { helpText } from './help.ts';
import { createProgressLine } from './progress-line.ts';
import { endOfLinesMs, runServe } from './serve.ts';
import { speakInTerminal, terminalLanguage } from './terminal-language.ts';
import { version } from './version.ts';

const commands: Readonly<Record<CommandName, Command>> = {
  serve: runServe,
  url: runUrl,
  status: runStatus,
  list: runList,
  show: runShow,
  wait: runWait,
  requests: runRequests,
  replay: runReplay,
  submit: runSubmit,
  tag: runTag,
  import: runImport,
  export: runExport,
  watch: runWatch,
  ask: runAsk,
  secret: runSecret,
  settings: runSettings,
  'api-key': runApiKey,
  mcp: runMcp,
  'send-test': runSendTest,
  doctor: runDoctorCommand,
  store: runStore,
  tunnel: runTunnel,
};

/**
 * Runs one command to its end.
 * @param args what follows `video-inbox`.
 * @returns the exit code.
 */
export async function runCommandLine(args: readonly string[], host: CommandLineHost): Promise<number> {
  await speakInTerminal(terminalLanguage(args, process.env));
  const isServing = args[0] === 'serve';
  if (isServing) neverWaitFor(process.stdout);
  const served = unhurriedLines(process.stdout, { missed: (lines) => JSON.stringify({ event: 'missed', lines }) });
  const terminal: Terminal = {
    out: isServing ? (text) => served(obeyedByNone(text)) : (text) => process.stdout.write(`${obeyedByNone(text)}\n`),
    outBytes: (bytes) => process.stdout.write(bytes),
    err: (text) => process.stderr.write(`${obeyedByNone(asTyped(text))}\n`),
    env: process.env,
    platform: process.platform,
    ...(process.stdin.isTTY && process.stdout.isTTY ? { confirm } : {}),
    ...(process.stderr.isTTY ? { progress: createProgressLine(process.stderr) } : {}),
  };
  const crashes = guardAgainstCrashes({
    source: process,
    end(sentence, error) {
      terminal.err(error instanceof Error ? `${sentence} (${firstLine(error)})` : sentence);
      void untilWritten([process.stdout, process.stderr], endOfLinesMs).then(() => host.exit(1));
    },
  });
  // A reader that leaves early (`list | head`) is no error; a file that takes no more (`list > file` on a full disk) is
  // one. An inbox goes on without either: it has callbacks to take.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (isServing) return;
      if (error.code === 'EPIPE') host.exit(0);
      if (stream === process.stderr) return;
      terminal.err(say(commandTexts.outputLost(diskReason(error))));
      host.exit(1);
    });
  }

  async function run([name = 'help', ...rest]: readonly string[]): Promise<number> {
    if (versionWords.includes(name)) {
      terminal.out(version);
      return 0;
    }
    if (helpWords.includes(name) || (isCommandName(name) && rest.some((word) => word === '--help' || word === '-h'))) {
      terminal.out(helpText(version));
      return 0;
    }
    if (!isCommandName(name)) {
      throw new InboxError('bad-request', commandTexts.unknownCommand(name, commandNames.join(', ')));
    }
    return commands[name](rest, terminal, { crashes, host });
  }

  try {
    return await run(args);
  } catch (error) {
    const sentence = say(sentenceOf(error));
    const isBug = !(error instanceof InboxError) || error.code === 'internal';
    terminal.err(isBug && error instanceof Error ? `${sentence} (${firstLine(error)})` : sentence);
    return 1;
  }
}

async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

/** The first line of a bug's message helps a report; its stack does not belong on a terminal. */
function firstLine(error: Error): string {
  return error.message.split('\n')[0] ?? error.name;
}
