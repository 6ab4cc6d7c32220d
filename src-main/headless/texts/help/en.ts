/** What the commands and flags do; how they are typed stands in `help.ts` and is the same in every language. */
import { catalog } from '../../../common/texts/language.ts';

export const helpTexts = catalog('help', {
  title: (version: string) => `Video Inbox ${version}: a callback URL and an offline library for AI videos`,
  allTake: (flag: string, variable: string) => `All commands take ${flag} (or ${variable}).`,
  serveTakes: (example: string) => `serve takes, each also as an environment variable (${example} …):`,
  secrets: 'Secrets come from the environment or the settings, never from a flag:',
  askingKeys: 'keys that ask and order',
  signingSecrets: 'signing secrets',
  commands: {
    serve: 'run the inbox; tells where a browser finds the gallery',
    url: 'print the callback URL of the running inbox',
    status: 'what is here, what is on its way, is the URL reachable',
    list: 'the tasks, newest first',
    show: 'one task, whole',
    wait: 'print the paths once its videos are saved (exit code 2: it failed, 3: time is up)',
    requests: 'what arrived at the callback URL and how it was answered',
    requestsShow: 'one of them, whole; as a curl command; its body alone',
    replay:
      "read it again with today's reader and tell the difference (--take: take that over), or send it to another address",
    submit:
      'order a video; print its task id (exit code 2: refused, 4: not known whether it was made; a second order under the same ID is not sent)',
    tag: 'put tags on tasks, take them off',
    import: 'take films that are on disk (files, folders) into the library',
    export:
      'copy saved videos under readable names; --metadata puts what is known of each into it and in a JSON file beside it, --markers the marks of the notes in an EDL and a table',
    exportClient: 'the same as a page for a client, without prompts',
    watch: 'have the inbox wait for a task that was made elsewhere',
    ask: 'ask the provider about it now',
    sendTest: "post a sample callback to the inbox's own URL",
    doctor:
      'check the library against the disk, mend the index (--reread: kept bodies through today’s reader; told first, then taken over; --diagnostics: what to paste into a report, without addresses, keys and prompts)',
    storeMove: 'bring all videos to a shelf on S3, or back',
    secret: 'keys and signing secrets, from standard input; never shown',
    settings: 'limits of what may arrive and be fetched, and the proxy',
    apiKey: 'keys for scripts and agents; a new one is printed once',
    mcp: 'the inbox as tools for agents, on standard input and output',
    tunnelSetToken: 'store your ngrok authtoken, read from NGROK_AUTHTOKEN or standard input, and use the tunnel',
  },
  flags: {
    callbackPort: 'port of the callback listener; 0 = any free port',
    localPort: 'port of the gallery; 0 = any free port',
    tunnel: 'how the callback URL becomes public',
    publicUrl: 'your own proxy in front of the callback listener',
    allowHost: 'a private host or host:port that downloads may reach; repeatable',
    apiBase: 'another address of a provider’s API; repeatable (kie=… for all of kie.ai)',
    kieApiBase: 'the same for kie.ai',
    askAfter: 'first ask about a silent task after so long (default: its model’s usual time)',
    askEvery: 'then ask so often (default: 30)',
    requireSignature: 'whose callbacks must be signed',
    syncPort: 'answer twins: other machines of yours that read along (off by default)',
    syncHost: 'the address for that; default 127.0.0.1',
    syncCert: 'your own certificate for that; else put your own proxy in front',
    twin: 'be a copy of the inbox there (its sync address); needs a library of its own',
    twinMedia: 'which of its videos are brought here by themselves; default all',
    role: (variable: string, roles: string) =>
      `for machines that share a log (${variable}): what this one does (${roles}), its name, when a callback is answered`,
    json: 'standard output is NDJSON; the log goes to standard error',
    logLevel: 'how much the log tells',
  },
});
