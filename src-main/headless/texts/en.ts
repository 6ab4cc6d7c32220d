import { catalog } from '../../common/texts/language.ts';

const number = new Intl.NumberFormat('en');
const counted = (count: number, one: string, more = `${one}s`): string =>
  `${number.format(count)} ${count === 1 ? one : more}`;

/** What only the terminal says; what the core says as well stands in `common/texts`. */
export const terminalTexts = catalog('terminal', {
  counts: {
    tasks: (count: number) => counted(count, 'task'),
    videos: (count: number) => counted(count, 'video'),
    savedVideos: (count: number) => counted(count, 'saved video'),
    callbacks: (count: number) => counted(count, 'callback'),
    bodies: (count: number) => counted(count, 'kept body', 'kept bodies'),
    events: (count: number) => counted(count, 'event'),
    files: (count: number) => counted(count, 'file'),
    films: (count: number) => counted(count, 'film'),
  },
  note: (sentence: string) => `Note: ${sentence}`,
  none: 'none',
  apiKey: {
    made: (id: string) => `This is key ${id}. It is not shown again; "video-inbox api-key revoke ${id}" ends it.`,
    nothing: 'There are no keys yet.',
    revoked: (id: string) => `Key ${id} is not accepted any more.`,
  },
  doctor: {
    checked: (tasks: string, videos: string) => `Checked ${tasks} and ${videos}.`,
    mended: (problem: string) => `Mended: ${problem}`,
    found: (problem: string) => `Found: ${problem}`,
    allWell: 'All is well.',
    needsYou: 'Some things need you; see above.',
    takeOver: 'Take these over?',
    reread: (bodies: string, changes: number, applied: boolean) =>
      `Read ${bodies} again: ${String(changes)} read better now${applied ? ', and taken over' : ''}.`,
    more: (count: number) => `… and ${String(count)} more`,
  },
  exported: {
    nothing: 'None of these has a video on disk yet, so nothing was copied. "video-inbox wait TASK_ID" waits for it.',
  },
  imported: {
    nothing:
      'No film is there: in folders, files called .mp4, .mov, .webm and the like are taken; name any other file itself.',
    done: (imported: string, present: number, failed: number) =>
      [
        `${imported} imported`,
        ...(present > 0 ? [`${String(present)} in the library already`] : []),
        ...(failed > 0 ? [`${String(failed)} not taken, see above`] : []),
      ].join('; ') + '.',
  },
  replay: {
    same: "Today's reader says the same.",
    otherwise: "Today's reader sees it otherwise.",
    taken: 'Taken over.',
    notTaken: (n: number) => `Nothing has changed yet; "video-inbox replay ${String(n)} --take" takes it over.`,
    answered: (status: number) => `answered ${String(status)}`,
    notAnswered: (reason: string) => `not answered: ${reason}`,
    sent: (answer: string, ms: number) => `Sent: ${answer} in ${String(ms)} ms`,
    sentSigned: (answer: string, ms: number) => `Sent, signed anew: ${answer} in ${String(ms)} ms`,
  },
  requests: {
    nothing: 'Nothing has called yet.',
    notKept: 'The body was not kept.',
    isCut: '… only the beginning of the body was kept.',
  },
  sendTest: {
    film: (taskId: string) => `Sent and answered. "video-inbox wait ${taskId}" prints the file once it is saved.`,
    failure: (taskId: string) => `Sent and answered. "video-inbox wait ${taskId}" prints why it failed.`,
    noLink: (taskId: string) =>
      `Sent and answered. Callbacks of this provider name no link, so nothing is saved from a sample. "video-inbox wait ${taskId}" tells what a real one needs.`,
  },
  serve: {
    open: 'Video Inbox is open.',
    gallery: 'Gallery',
    callbackUrl: 'Callback URL',
    twins: 'Twins',
    library: 'Library',
    stop: 'Stop it with Ctrl+C.',
  },
  settings: {
    stored: (name: string) => `${name} is stored and in use.`,
    storedForLater: (name: string) => `${name} is stored; the inbox uses it when it starts.`,
    notUsual: (usual: string) => `usually ${usual}`,
    fromEnvironment: 'environment',
    proxy: 'Proxy for downloads',
  },
  show: {
    task: 'Task',
    provider: 'Provider',
    state: 'State',
    message: 'Message',
    prompt: 'Prompt',
    source: 'Source',
    received: 'Received',
    callbacks: 'Callbacks',
    video: (n: number) => `Video ${String(n)}`,
    attempt: (n: number, of: number, reason: string) => `attempt ${String(n)} of ${String(of)}: ${reason}`,
    next: (time: string) => `, next ${time}`,
  },
  status: {
    runs: (pid: number, dataDir: string) => `Video Inbox runs with pid ${String(pid)} on ${dataDir}`,
    labels: {
      tasks: 'Tasks',
      videos: 'Videos',
      waiting: 'Waiting',
      disk: 'Disk',
      gallery: 'Gallery',
      callback: 'Callback',
      trouble: 'Trouble',
      refused: 'Refused',
      machines: 'Machines',
    },
    tasks: (total: number, succeeded: number, failed: number, processing: number, unknown: number) =>
      `${String(total)} (${String(succeeded)} succeeded, ${String(failed)} failed, ${String(processing)} in the making, ${String(unknown)} unclear)`,
    videos: (saved: number, waiting: number, failed: number, expired: number) =>
      `${String(saved)} saved, ${String(waiting)} on their way, ${String(failed)} failed, ${String(expired)} expired`,
    watch: (pending: number, overdue: number) => `${String(pending)} in the making, ${String(overdue)} overdue`,
    noKeyToAsk: 'no key to ask with',
    nextAsk: (at: string) => `next asked at ${at}`,
    free: (bytes: string) => `${bytes} free`,
    trouble: (since: string, message: string) => `since ${since}: ${message}`,
    refused: (callbacks: string, status: number, message: string) =>
      `${callbacks} today, the last with ${String(status)}: ${message}`,
    showRefused: '"video-inbox requests --refused" shows them',
    thisOne: ' (this one)',
    toBeSent: (roles: string, waiting: number) => `${roles}; ${String(waiting)} to be sent`,
    awaySince: (time: string) => `away since ${time}`,
    reachability: {
      online: 'reachable',
      degraded: 'connected, but a test did not come through',
      connecting: 'connecting',
      blocked: 'not reachable, needs you',
      offline: 'not reachable from outside',
    },
  },
  tagged: (tasks: string) => `${tasks} changed.`,
  tunnel: {
    ask: 'Paste your ngrok authtoken and press Enter; it is not shown.',
    savedForLater: 'Saved. The tunnel connects when the inbox starts.',
    savedOther: 'Saved, but the running inbox was started with another --tunnel or --public-url, which it keeps.',
    saved: 'Saved. The tunnel is connecting; "video-inbox status" tells when the callback URL is reachable.',
  },
  url: {
    loopback: 'this is the loopback address. Providers cannot reach it; set up a tunnel for a public one.',
  },
  wait: {
    notCome: (id: string) => `Time is up: no callback for "${id}" has come yet.`,
    notFinished: (id: string) => `Time is up: "${id}" is not finished yet. It goes on in the inbox.`,
    inboxGone: (id: string) => `Time is up: "${id}" was not finished, and the inbox does not run any more.`,
    failed: 'The provider says that it failed, without a reason.',
    notDownloaded: 'A video could not be downloaded.',
    needsKey:
      "The task succeeded, but its video is only to be had with the provider's API key. Set the key, and it is fetched by itself.",
    noVideo: 'The task succeeded, but nothing names a video: there is nothing to save.',
  },
  help: (version: string) => `Video Inbox ${version}: a callback URL and an offline library for AI videos

  video-inbox serve                  run the inbox; the gallery opens in a browser
  video-inbox url                    print the callback URL of the running inbox
  video-inbox status [--json]        what is here, what is on its way, is the URL reachable
  video-inbox list [--state S] [--query Q] [--limit N] [--json]
  video-inbox show TASK_ID [--json]  one task, whole
  video-inbox wait TASK_ID [--timeout SECONDS]
                                     print the paths once its videos are saved
                                     (exit code 2: it failed, 3: time is up)
  video-inbox requests [--refused] [--limit N] [--json]
                                     what arrived at the callback URL and how it was answered
  video-inbox requests show N [--curl|--raw]
                                     one of them, whole; as a curl command; its body alone
  video-inbox replay N [--take] [--to URL]
                                     read it again with today's reader and tell the difference
                                     (--take: take that over), or send it to another address
  video-inbox submit PROVIDER --prompt TEXT [--video URL|FILE]… [--image URL|FILE]… [--model NAME]
                     [--param NAME=JSON]… [--project NAME] [--order-id ID] [--wait] [--json]
                                     order a video; print its task id
                                     (exit code 2: refused, 4: not known whether it was made;
                                     a second order under the same ID is not sent)
  video-inbox tag TASK_ID… [--add T]… [--remove T]…
                                     put tags on tasks, take them off
  video-inbox import PATH… [--json]  take films that are on disk (files, folders) into the library
  video-inbox export TASK_ID… --to DIR [--name TEMPLATE] [--metadata] [--markers]
  video-inbox export TASK_ID… --to DIR --client [--title TEXT]
                                     copy saved videos under readable names; --metadata puts
                                     what is known of each into it and in a JSON file beside it,
                                     --markers the marks of the notes in an EDL and a table;
                                     --client makes a page for a client, without prompts
  video-inbox watch PROVIDER TASK_ID wait for a task that was made elsewhere
  video-inbox ask TASK_ID            ask the provider about it now
  video-inbox send-test [--provider P] [--fail]
                                     post a sample callback to the inbox's own URL
  video-inbox doctor [--rebuild] [--reread] [--json] | doctor --diagnostics
                                     check the library against the disk, mend the index
                                     (--reread: kept bodies through today's reader; told
                                     first, then taken over; --diagnostics: what to paste
                                     into a report, without addresses, keys and prompts)
  video-inbox store move --to URL|disk
                                     bring all videos to a shelf on S3, or back
  video-inbox secret set|remove NAME, secret list
                                     keys and signing secrets, from standard input; never shown
  video-inbox settings [--json] | settings set NAME VALUE|usual
                                     limits of what may arrive and be fetched, and the proxy
  video-inbox api-key new [--scope local|twin] [--label L] | list | revoke ID
                                     keys for scripts and agents; a new one is printed once
  video-inbox mcp                    the inbox as tools for agents, on standard input and output
  video-inbox tunnel set-token       store your ngrok authtoken, read from NGROK_AUTHTOKEN
                                     or standard input, and use the tunnel
  video-inbox help | version

All commands take --data-dir DIR (or VIDEO_INBOX_DATA_DIR).

serve takes, each also as an environment variable (VIDEO_INBOX_CALLBACK_PORT …):
  --callback-port N        port of the callback listener; 0 = any free port
  --local-port N           port of the gallery; 0 = any free port
  --tunnel none|ngrok      how the callback URL becomes public
  --public-url URL         your own proxy in front of the callback listener
  --allow-host HOST        a private host or host:port that downloads may reach; repeatable
  --api-base PROVIDER=URL  another address of a provider's API; repeatable (kie=… for all of kie.ai)
  --kie-api-base URL       the same for kie.ai
  --ask-after SECONDS      first ask about a silent task after so long (default: its model's usual time)
  --ask-every SECONDS      then ask so often (default: 30)
  --require-signature none|all|PROVIDER[,PROVIDER…]
  --sync-port N            answer twins: other machines of yours that read along (off by default)
  --sync-host H            the address for that; default 127.0.0.1
  --sync-cert FILE, --sync-key FILE
                           your own certificate for that; else put your own proxy in front
  --twin URL               be a copy of the inbox there (its sync address); needs a library of its own
  --twin-media all|starred|opened, --twin-max-mib N
                           which of its videos are brought here by themselves; default all
  --role LIST, --node NAME, --answer local|shared|both
                           for machines that share a log (VIDEO_INBOX_DATABASE_URL): what this one
                           does (intake,download,ask,gallery), its name, when a callback is answered
  --json                   standard output is NDJSON; the log goes to standard error
  --log-level debug|info|warn|error

Secrets come from the environment or the settings, never from a flag: NGROK_AUTHTOKEN,
VIDEO_INBOX_SECRET_KIE_API_KEY, VIDEO_INBOX_SECRET_<PROVIDER>_API_KEY (keys that ask and order),
VIDEO_INBOX_SECRET_KIE_HMAC, VIDEO_INBOX_SECRET_<PROVIDER> (signing secrets).`,
});
