/** What a person reads about flags, the environment, settings and keys that cannot be taken. */
import { sentences } from './sentence.ts';

export const enConfig = {
  flagUnknown: (flag: string, known: string) => `There is no flag ${flag}. Known flags: ${known}.`,
  flagNeedsValue: (flag: string) => `${flag} needs a value; one that begins with "-" is written ${flag}=…`,
  flagTakesNoValue: (flag: string) => `${flag} takes no value.`,
  dataDirEmpty: '--data-dir must name a folder; it is empty.',
  port: (flag: string, given: string) =>
    `--${flag} must be a port number from 0 to 65535 (0 = any free port), not "${given}".`,
  syncCert: '--sync-cert and --sync-key go together: a certificate and its key, as PEM files.',
  syncHost: (given: string) => `--sync-host must be an address of this machine such as 0.0.0.0, not "${given}".`,
  syncAlone: (flag: string) =>
    `--${flag} does nothing without --sync-port: no port for copies would be open. Add --sync-port, or leave it out.`,
  twinMedia: (given: string) => `--twin-media must be "all", "starred" or "opened", not "${given}".`,
  twinMaxMib: (given: string) => `--twin-max-mib must be a number of MiB, not "${given}".`,
  cacheMib: (given: string) =>
    `VIDEO_INBOX_CACHE_MIB must be a whole number of MiB (0 = keep nothing here), not "${given}".`,
  seconds: (flag: string, given: string) => `--${flag} must be a number of seconds, not "${given}".`,
  tunnel: (given: string) => `--tunnel must be "none" or "ngrok", not "${given}".`,
  address: (flag: string, given: string) =>
    `--${flag} must be an address such as https://inbox.example.com, not "${given}".`,
  host: (flag: string, given: string) =>
    `--${flag} must be a host or host:port such as 192.168.1.5:8080, not "${given}".`,
  requireSignature: (known: string, given: string) =>
    `--require-signature must be "none", "all" or providers separated by commas (${known}), not "${given}".`,
  logLevel: (known: string, given: string) => `--log-level must be one of ${known}, not "${given}".`,
  portTaken: (port: number, name: string, isForbidden: boolean, flag: string) =>
    `Port ${port} for the ${name} listener ${isForbidden ? 'may not be used by this user' : 'is already in use by another program'}. Stop that program, or choose another port with --${flag} (0 = any free port).`,
  unknownSecret: (name: string) => `There is no secret named "${name}".`,
  secretOfEnvironment: 'This secret comes from the environment; change it there and start again.',
  senderAddress: (given: string) =>
    `"${given}" is not an address, so nothing was changed. Give addresses such as 203.0.113.9 or ranges such as 203.0.113.0/24.`,
  apiBase: (given: string) => `--api-base must be PROVIDER=URL, such as kie=https://…, not "${given}".`,
  apiBaseUnknown: (name: string, known: string) =>
    `There is no provider "${name}" whose API could have another address. Known names: ${known}.`,
  apiBaseAddress: (source: string, given: string) =>
    `${source} must name an address such as https://api.example.com, not "${given}".`,
  unknownApiKey: (id: string) => `There is no key "${id}"; "video-inbox api-key list" shows them.`,
  keysUnreadable: (file: string) =>
    `The file with your keys (${file}) cannot be read. Mend or remove it, then start again; your videos are not touched.`,
  caFile: (file: string) => `The CA file ${file} (VIDEO_INBOX_NGROK_CA_FILE) cannot be read.`,
  storeKeys:
    'The video store is on S3, but its keys are not set. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them into ~/.aws/credentials (AWS_PROFILE).',
  storeUrlProblems: {
    form: 'It must look like s3://bucket/folder?endpoint=https://…&region=…',
    keysInside: 'It must hold no keys; those come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    endpoint:
      'Its endpoint must be the http or https address of a server, with nothing behind host and port: https://s3.example.com:9000',
    fields:
      'Behind its "?" there may be endpoint=…, region=… and pathStyle=1, with "&" between them, and nothing else.',
    folder:
      'Its folder must not hold "..", and what has another meaning in an address is written otherwise: % as %25, # as %23, ? as %3F.',
  },
  storeUrl: (why: string) => `VIDEO_INBOX_STORE_URL cannot be used. ${why}`,
  shelf: {
    keys: 'The S3 server does not take these keys for this bucket. Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY and what they may do.',
    bucket: 'The S3 server has no bucket of this name. Check VIDEO_INBOX_STORE_URL.',
    region: 'The S3 server has this bucket in another region. Check the region in VIDEO_INBOX_STORE_URL.',
    regionIs: (region: string) =>
      `The S3 server has this bucket in the region ${region}. Write region=${region} into VIDEO_INBOX_STORE_URL.`,
    leadsTo: (origin: string) =>
      `The address of the S3 server leads on to ${origin}. Check the endpoint in VIDEO_INBOX_STORE_URL; it may want https in place of http.`,
    expired:
      'The keys for the S3 server have expired. Write new ones into ~/.aws/credentials, where they are found by themselves; or set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, and start Video Inbox again.',
    archived:
      'The S3 server has moved this film into an archive. It is not lost: restore it there ("aws s3api restore-object"), and exempt the folder from that rule; then it can be watched and copied again.',
    tooLarge: (status: number, word: string) =>
      `The S3 server, or a proxy before it, takes no request of this size (${String(status)} ${word}). Have it take 64 MiB at once (nginx: client_max_body_size 64m): what waits is sent then by itself.`,
    full: (status: number, word: string) =>
      `The S3 server has no room for more (${String(status)} ${word}). Make room there, or raise its limit.`,
    busy: (status: number, word: string) =>
      `The S3 server is busy or broken (${String(status)} ${word}). It is asked again by itself; if that lasts, look at the server.`,
    certificate: (word: string) =>
      `The certificate of the S3 server is not trusted on this machine (${word}). If it is your own, let NODE_EXTRA_CA_CERTS name the file of its authority, and start Video Inbox again.`,
    plain:
      'The S3 server does not speak https at this address. Check the endpoint in VIDEO_INBOX_STORE_URL: http or https, and the port.',
    proxy: (host: string, errno: string) =>
      `The S3 server cannot be reached: the proxy ${host} lets nothing through (${errno}). Check the proxy in the settings of this machine or of Video Inbox, or name the host of the server in NO_PROXY.`,
    clock: 'The S3 server refuses, since the clock of this machine is wrong. Set it right.',
    away: 'The S3 server that VIDEO_INBOX_STORE_URL names cannot be reached. Check the address, and whether the server runs.',
    other: (status: number, word: string) => `The S3 server refuses (${String(status)} ${word}).`,
  },
  shelfTrouble: (why: string) =>
    `${why} Films are fetched all the same, and wait on this machine until it takes them; what lies there can be watched again then.`,
};

export const configTexts = sentences('config', enConfig);
