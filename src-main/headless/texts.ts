declare const __APP_VERSION__: string | undefined;

export const version = typeof __APP_VERSION__ === 'string' ? __APP_VERSION__ : 'dev';

/** What "import" tells beside the keys. */
export const importTexts = {
  nothing:
    'No film is there: in folders, files called .mp4, .mov, .webm and the like are taken; name any other file itself.',
  done: (imported: string, present: number, failed: number) =>
    [
      `${imported} imported`,
      ...(present > 0 ? [`${String(present)} in the library already`] : []),
      ...(failed > 0 ? [`${String(failed)} not taken, see above`] : []),
    ].join('; ') + '.',
} as const;

export const sendTestTexts = {
  film: (taskId: string) => `Sent and answered. "video-inbox wait ${taskId}" prints the file once it is saved.`,
  failure: (taskId: string) => `Sent and answered. "video-inbox wait ${taskId}" prints why it failed.`,
  noLink: (taskId: string) =>
    `Sent and answered. Callbacks of this provider name no link, so nothing is saved from a sample. "video-inbox wait ${taskId}" tells what a real one needs.`,
} as const;

export const help = `Video Inbox ${version}: a callback URL and an offline library for AI videos

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
                     [--param NAME=JSON]… [--project NAME] [--wait] [--json]
                                     order a video; print its task id
                                     (exit code 2: refused, 4: not known whether it was made)
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
  --json                   standard output is NDJSON; the log goes to standard error
  --log-level debug|info|warn|error

Secrets come from the environment or the settings, never from a flag: NGROK_AUTHTOKEN,
VIDEO_INBOX_SECRET_KIE_API_KEY, VIDEO_INBOX_SECRET_<PROVIDER>_API_KEY (keys that ask and order),
VIDEO_INBOX_SECRET_KIE_HMAC, VIDEO_INBOX_SECRET_<PROVIDER> (signing secrets).`;

export const settingsCommandTexts = {
  stored: (name: string) => `${name} is stored and in use.`,
  storedForLater: (name: string) => `${name} is stored; the inbox uses it when it starts.`,
  notUsual: (usual: string) => `usually ${usual}`,
  usual: 'usual',
  none: 'none',
  fromEnvironment: 'environment',
  proxy: 'Proxy for downloads',
};
