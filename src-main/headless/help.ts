/** What `video-inbox help` prints: each command and flag as it is typed, and what it does in the language of the terminal. */
import type { CommandName } from '../common/command-names.ts';
import { spokenLanguage } from '../common/texts/language.ts';
import { typedHere } from '../common/texts/typed.ts';
import { helpTexts } from './texts/help/en.ts';

type About = string;
type Row = readonly [typed: string, about: About];

const lineWidth = 96;
const commandColumn = 38;
const flagColumn = 27;

/** @param only the command that is asked about; `null`: all of them. */
export function helpText(version: string, only: CommandName | null = null): string {
  const { commands: does, flags: sets } = helpTexts;
  const commands: readonly Row[] = [
    ['serve', does.serve],
    ['url', does.url],
    ['status [--json]', does.status],
    ['list [--state S] [--query Q] [--limit N] [--json]', does.list],
    ['show TASK_ID [--json]', does.show],
    ['wait TASK_ID [--timeout SECONDS]', does.wait],
    ['requests [--refused] [--limit N] [--json]', does.requests],
    ['requests show N [--curl|--raw|--json]', does.requestsShow],
    ['replay N [--take] [--to URL [--unsigned]] [--json]', does.replay],
    [
      'submit PROVIDER --prompt TEXT [--video URL|FILE]… [--image URL|FILE]… [--model NAME]\n' +
        `${' '.repeat(`  ${typedHere()} submit `.length)}[--param NAME=JSON]… [--project NAME] [--order-id ID] [--budget CREDITS]\n` +
        `${' '.repeat(`  ${typedHere()} submit `.length)}[--wait] [--json]`,
      does.submit,
    ],
    ['tag TASK_ID… [--add T]… [--remove T]… [--json]', does.tag],
    ['import PATH… [--json]', does.import],
    ['export TASK_ID… --to DIR [--name TEMPLATE] [--metadata] [--markers]', does.export],
    ['export TASK_ID… --to DIR --client [--title TEXT]', does.exportClient],
    ['watch PROVIDER TASK_ID [--model NAME] [--project NAME] [--json]', does.watch],
    ['ask TASK_ID [--json]', does.ask],
    ['send-test [--provider P] [--fail]', does.sendTest],
    ['doctor [--rebuild] [--reread] [--json] | doctor --diagnostics', does.doctor],
    ['store move --to URL|disk', does.storeMove],
    ['secret set|remove NAME, secret list [--json]', does.secret],
    ['settings [--json] | settings set NAME VALUE|usual', does.settings],
    ['api-key new [--scope local|twin] [--label L] [--json] | list [--json] | revoke ID', does.apiKey],
    ['mcp', does.mcp],
    ['tunnel set-token', does.tunnelSetToken],
    ['help | version', ''],
  ];
  const flags: readonly Row[] = [
    ['--callback-port N', sets.callbackPort],
    ['--local-port N', sets.localPort],
    ['--tunnel none|ngrok', sets.tunnel],
    ['--public-url URL', sets.publicUrl],
    ['--allow-host HOST', sets.allowHost],
    ['--api-base PROVIDER=URL', sets.apiBase],
    ['--kie-api-base URL', sets.kieApiBase],
    ['--ask-after SECONDS', sets.askAfter],
    ['--ask-every SECONDS', sets.askEvery],
    ['--require-signature none|all|PROVIDER[,PROVIDER…]', sets.requireSignature],
    ['--sync-port N', sets.syncPort],
    ['--sync-host H', sets.syncHost],
    ['--sync-cert FILE, --sync-key FILE', sets.syncCert],
    ['--twin URL', sets.twin],
    ['--twin-media all|starred|opened, --twin-max-mib N', sets.twinMedia],
    [
      '--role LIST, --node NAME, --answer local|shared|both',
      sets.role('VIDEO_INBOX_DATABASE_URL', 'intake,download,ask,gallery'),
    ],
    ['--json', sets.json],
    ['--log-level debug|info|warn|error', sets.logLevel],
  ];
  const shown = commands.filter(([typed]) => only === null || typed.split(' ', 1)[0] === only);
  const head = [
    helpTexts.title(version),
    '',
    ...shown.flatMap(([typed, about]) => tableRow(`  ${typedHere()} ${typed}`, about, commandColumn)),
    '',
    ...wrapped(helpTexts.allTake('--data-dir DIR', 'VIDEO_INBOX_DATA_DIR'), lineWidth),
  ];
  if (only !== null && only !== 'serve') return head.join('\n');
  return [
    ...head,
    '',
    ...wrapped(helpTexts.serveTakes('VIDEO_INBOX_CALLBACK_PORT'), lineWidth),
    ...flags.flatMap(([typed, about]) => tableRow(`  ${typed}`, about, flagColumn)),
    '',
    ...wrapped(helpTexts.secrets, lineWidth),
    '  NGROK_AUTHTOKEN',
    ...tableRow(
      '  VIDEO_INBOX_SECRET_KIE_API_KEY, VIDEO_INBOX_SECRET_<PROVIDER>_API_KEY',
      helpTexts.askingKeys,
      flagColumn,
    ),
    ...tableRow('  VIDEO_INBOX_SECRET_KIE_HMAC, VIDEO_INBOX_SECRET_<PROVIDER>', helpTexts.signingSecrets, flagColumn),
  ].join('\n');
}

/** Beside what is typed where that leaves room, else below it. */
function tableRow(typed: string, about: About, column: number): readonly string[] {
  if (about === '') return [typed];
  const lines = wrapped(about, lineWidth - column);
  const isBeside = typed.length + 1 < column;
  return [
    isBeside ? typed.padEnd(column) + (lines[0] ?? '') : typed,
    ...lines.slice(isBeside ? 1 : 0).map((line) => ' '.repeat(column) + line),
  ];
}

/** Broken between words; where a language has no spaces its words are known to `Intl`. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces(text)) {
    if (line !== '' && columns(line + piece.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  return [...lines, line.trimEnd()];
}

/** What must stay on one line: a word with the marks around it and the space behind it. What is typed is one word. */
function pieces(text: string): readonly string[] {
  if (!/[\u3040-\u30ff\u4e00-\u9fff]/.test(text)) return text.match(/\S+\s*/g) ?? [];
  const found: string[] = [];
  for (const { segment } of new Intl.Segmenter(spokenLanguage(), { granularity: 'word' }).segment(text)) {
    const before = found.at(-1);
    const staysTogether =
      before !== undefined &&
      (/^[\s\p{Pe}\p{Pf}\p{Po}ー]/u.test(segment) ||
        /[\p{Ps}\p{Pi}]$/u.test(before) ||
        (/^[!-~]/.test(segment) && /[!-~]$/.test(before)));
    if (staysTogether) found[found.length - 1] = before + segment;
    else found.push(segment);
  }
  return found;
}

/** Signs of Chinese and Japanese take two columns. */
function columns(text: string): number {
  let sum = 0;
  for (const sign of text)
    sum += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(sign)
      ? 2
      : 1;
  return sum;
}
