/** The `video-inbox` command: one word says what to do, the rest are its flags. */
import '../node/thread-pool.ts';
import { createInterface } from 'node:readline/promises';
import { InboxError, toErrorData } from '../common/errors.ts';
import { guardAgainstCrashes } from '../node/crash-guard.ts';
import { runDoctorCommand } from './commands/doctor.ts';
import { runList } from './commands/list.ts';
import { runReplay } from './commands/replay.ts';
import { runRequests } from './commands/requests.ts';
import { runSendTest } from './commands/send-test.ts';
import { runShow } from './commands/show.ts';
import { runStatus } from './commands/status.ts';
import { runTunnel } from './commands/tunnel.ts';
import { runUrl } from './commands/url.ts';
import { runSubmit } from './commands/submit.ts';
import { runWait } from './commands/wait.ts';
import { runAsk, runWatch } from './commands/watch.ts';
import type { Command, Terminal } from './command.ts';
import { runServe } from './serve.ts';
import { help, version } from './texts.ts';

const commands: Readonly<Record<string, Command>> = {
  serve: runServe,
  url: runUrl,
  status: runStatus,
  list: runList,
  show: runShow,
  wait: runWait,
  requests: runRequests,
  replay: runReplay,
  submit: runSubmit,
  watch: runWatch,
  ask: runAsk,
  'send-test': runSendTest,
  doctor: runDoctorCommand,
  tunnel: runTunnel,
};

const crashes = guardAgainstCrashes({
  source: process,
  end(sentence, error) {
    terminal.err(error instanceof Error ? `${sentence} (${firstLine(error)})` : sentence);
    process.exit(1);
  },
});

async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name = 'help', ...rest] = args;
  if (['help', '--help', '-h'].includes(name)) {
    terminal.out(help);
    return 0;
  }
  if (['version', '--version', '-v'].includes(name)) {
    terminal.out(version);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    throw new InboxError(
      'bad-request',
      `There is no command "${name}". Known commands: ${Object.keys(commands).join(', ')}. "video-inbox help" says what each does.`,
    );
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(help);
    return 0;
  }
  return command(rest, terminal, crashes);
}

const terminal: Terminal = {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  env: process.env,
  platform: process.platform,
  ...(process.stdin.isTTY && process.stdout.isTTY ? { confirm } : {}),
};

async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

// A reader that leaves early (`list | head`) is no error. An inbox goes on without one: it has callbacks to take.
const isServing = process.argv[2] === 'serve';
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' && !isServing) process.exit(0);
  });
}

main(process.argv.slice(2), terminal).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const { code, message } = toErrorData(error);
    terminal.err(code === 'internal' && error instanceof Error ? `${message} (${firstLine(error)})` : message);
    process.exitCode = 1;
  },
);

/** The first line of a bug's message helps a report; its stack does not belong on a terminal. */
function firstLine(error: Error): string {
  return error.message.split('\n')[0] ?? error.name;
}
