/** The `video-inbox` commands: one word says what to do, the rest are its flags. Node runs it, and so does the desktop app. */
import { createInterface } from 'node:readline/promises';
import { commandNames, helpWords, isCommandName, versionWords, type CommandName } from '../common/command-names.ts';
import { InboxError, sentenceOf } from '../common/errors.ts';
import { likeliest } from '../common/likeliest.ts';
import { commandTexts } from '../common/texts/en-commands.ts';
import { say } from '../common/texts/language.ts';
import { asTyped } from '../common/texts/typed.ts';
import type { CommandLineHost } from '../node/command-line-host.ts';
import { guardAgainstCrashes } from '../node/crash-guard.ts';
import { diskReason } from '../node/data-dir.ts';
import { endOfLinesMs, neverWaitFor, unhurriedLines, untilWritten } from '../node/log/unhurried-lines.ts';
import { exitUnknown, type Command, type Terminal } from './command.ts';
import { withDataDirBehind } from './command-flags.ts';
import { obeyedByNone } from './format.ts';
import { helpText } from './help.ts';
import { createProgressLine } from './progress-line.ts';
import { speakInTerminal, terminalLanguage } from './terminal-language.ts';
import { version } from './version.ts';

/** Each is read when it is typed: `status` need not wait until all of the inbox is there. */
export const commands: Readonly<Record<CommandName, () => Promise<Command>>> = {
  serve: () => import('./serve.ts').then(({ runServe }) => runServe),
  url: () => import('./commands/url.ts').then(({ runUrl }) => runUrl),
  status: () => import('./commands/status.ts').then(({ runStatus }) => runStatus),
  list: () => import('./commands/list.ts').then(({ runList }) => runList),
  show: () => import('./commands/show.ts').then(({ runShow }) => runShow),
  wait: () => import('./commands/wait.ts').then(({ runWait }) => runWait),
  requests: () => import('./commands/requests.ts').then(({ runRequests }) => runRequests),
  replay: () => import('./commands/replay.ts').then(({ runReplay }) => runReplay),
  submit: () => import('./commands/submit.ts').then(({ runSubmit }) => runSubmit),
  tag: () => import('./commands/tag.ts').then(({ runTag }) => runTag),
  import: () => import('./commands/import.ts').then(({ runImport }) => runImport),
  export: () => import('./commands/export.ts').then(({ runExport }) => runExport),
  watch: () => import('./commands/watch.ts').then(({ runWatch }) => runWatch),
  ask: () => import('./commands/watch.ts').then(({ runAsk }) => runAsk),
  secret: () => import('./commands/secret.ts').then(({ runSecret }) => runSecret),
  settings: () => import('./commands/settings.ts').then(({ runSettings }) => runSettings),
  'api-key': () => import('./commands/api-key.ts').then(({ runApiKey }) => runApiKey),
  mcp: () => import('./commands/mcp.ts').then(({ runMcp }) => runMcp),
  'send-test': () => import('./commands/send-test.ts').then(({ runSendTest }) => runSendTest),
  doctor: () => import('./commands/doctor.ts').then(({ runDoctorCommand }) => runDoctorCommand),
  store: () => import('./commands/store.ts').then(({ runStore }) => runStore),
  tunnel: () => import('./commands/tunnel.ts').then(({ runTunnel }) => runTunnel),
};

/**
 * Runs one command to its end.
 * @param typed what follows `video-inbox`.
 * @returns the exit code.
 */
export async function runCommandLine(typed: readonly string[], host: CommandLineHost): Promise<number> {
  const args = withDataDirBehind(typed);
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
  // A reader that leaves early (`import | head`) is no error, and what was to be done is done all the same; a file that
  // takes no more (`list > file` on a full disk) is one. An inbox goes on without either: it has callbacks to take.
  let isOrder = false;
  let isForReader = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (isServing) return;
      if (error.code === 'EPIPE' && isForReader) host.exit(0);
      if (error.code === 'EPIPE' || stream === process.stderr) return;
      // 1 of `submit` says that nothing was ordered, and it has something to print only when an order was sent.
      terminal.err(say((isOrder ? commandTexts.orderOutputLost : commandTexts.outputLost)(diskReason(error))));
      host.exit(isOrder ? exitUnknown : 1);
    });
  }

  async function run([name = 'help', ...rest]: readonly string[]): Promise<number> {
    if (versionWords.includes(name)) {
      terminal.out(version);
      return 0;
    }
    if (helpWords.includes(name)) {
      const about = rest.find(isCommandName) ?? null;
      const [word = '-'] = rest;
      if (about === null && !word.startsWith('-') && !otherWords.has(word)) throw unknownCommand(word);
      terminal.out(helpText(version, about));
      return 0;
    }
    if (isCommandName(name) && rest.some((word) => word === '--help' || word === '-h')) {
      terminal.out(helpText(version, name));
      return 0;
    }
    if (!isCommandName(name)) throw unknownCommand(name);
    const command = await commands[name]();
    isOrder = name === 'submit';
    isForReader = name === 'mcp';
    return command(rest, terminal, { crashes, host });
  }

  try {
    return await run(args);
  } catch (error) {
    const missing = programFileMissing(error);
    if (missing !== null) {
      terminal.err(say(commandTexts.programFileMissing(missing)));
      return 1;
    }
    const sentence = say(sentenceOf(error));
    const isBug = !(error instanceof InboxError) || error.code === 'internal';
    terminal.err(isBug && error instanceof Error ? `${sentence} (${firstLine(error)})` : sentence);
    return 1;
  }
}

const otherWords: ReadonlySet<string> = new Set([...helpWords, ...versionWords]);

function unknownCommand(name: string): InboxError {
  const known = commandNames.join(', ');
  return new InboxError('bad-request', commandTexts.unknownCommand(name, known, likeliest(name, commandNames)));
}

async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

/** Half of an installation was removed, or a build broke off. @returns its name; `null` where it is something else */
function programFileMissing(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND') return null;
  return /'([^']+)'/.exec(error.message)?.[1] ?? firstLine(error);
}

/** The first line of a bug's message helps a report; its stack does not belong on a terminal. */
function firstLine(error: Error): string {
  return error.message.split('\n')[0] ?? error.name;
}
