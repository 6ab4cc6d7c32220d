/** The sentences of the settings, the tunnel and the three steps to a public address, in English. */
import { catalog } from '../../src-main/common/texts/language.ts';

const rules = new Intl.PluralRules('en');
const plural = (n: number, one: string, other: string): string => (rules.select(n) === 'one' ? one : other);

const keyNames: Readonly<Record<string, string>> = {
  KIE_HMAC: 'kie.ai webhook signing key',
  KIE_API_KEY: 'kie.ai API key',
  HOOK: 'Secret of your own webhook',
  TWIN_TOKEN: 'Token of your other inbox',
};

export const enSettings = catalog('settings', {
  reach: {
    label: 'Can a callback reach me?',
    online: 'Reachable',
    connecting: 'Connecting',
    degraded: 'Not proven',
    blocked: 'Needs you',
    offline: 'Not reachable',
    local: 'Only this computer',
    onlyHere: 'Providers on the internet cannot reach this address yet.',
    loading: 'Looking',
    proven: (age: string) => `A test came through ${age}`,
    lastProven: (age: string) => `The last test came through ${age}`,
    untested: 'Not tested yet',
    connectingDetail: 'Waiting for the public address, then testing it.',
    check: 'Check now',
    checking: 'Checking',
    makeReachable: 'Make it reachable',
    solve: 'What to do',
  },

  drift: {
    label: 'The public address changed',
    pending: (n: number, shown: string) =>
      plural(n, `${shown} task still calls the old address`, `${shown} tasks still call the old address`),
    more: (shown: string) => `and ${shown} more in Waiting`,
    nonePending: 'No task is waiting at the old address.',
    fixDomain: 'Set a fixed domain',
    dismiss: 'Dismiss',
  },

  screen: {
    back: 'Back',
    settings: 'Settings',
    sections: 'Sections',
    search: 'Search the settings',
    nothingFound: 'No setting matches.',
    loading: 'Loading the settings',
    notLoaded: 'The settings could not be loaded.',
  },

  save: { saved: 'Saved' },

  steps: {
    title: 'Make it reachable',
    intro:
      'Providers call back over the internet. ngrok gives this computer a public address for that; its free plan is enough.',
    done: 'Done',
    connect: 'Connect ngrok',
    connectDetail: 'Sign in to ngrok (free), copy your authtoken and paste it here.',
    tokenPage: 'Open your authtoken at ngrok',
    opensOutside: 'opens in your browser',
    copy: 'Copy your callback URL',
    copyDetail: 'Paste it into your generation requests. kie.ai names the field callBackUrl.',
    copyLocal: 'As long as step 1 is not done, this is an address that only this computer can reach.',
    test: 'Send a test callback',
    testDetail:
      'It travels over the internet to your public address, like a real one, and brings a small sample video.',
    testLocal:
      'It stays on this computer: it goes to the address above, like a real one, and brings a small sample video.',
    testWaits: 'This can be done once the address is reachable.',
    send: 'Send test callback',
    sendAgain: 'Send another',
    sending: 'Sending',
    sent: 'Sent to your callback URL',
    arrived: 'Arrived and stored',
    saved: 'Sample video saved',
    savedNot: (reason: string) => `The callback arrived, but its sample video was not saved: ${reason}`,
    open: 'Open it',
    allDone: 'All set. Videos that you request with this URL show up in your library by themselves.',
    toLibrary: 'Open library',
    ownProxy: (url: string) => `This inbox was started with a public address of your own: ${url}. ngrok is not needed.`,
  },

  token: {
    label: 'ngrok authtoken',
    hint: 'It is checked at once and stored as a secret on this computer.',
    paste: 'Paste',
    pasteRefused: (keys: string) => `The browser did not allow that. Press ${keys} in the field.`,
    connect: 'Connect',
    connecting: 'Connecting',
    replace: 'Replace',
    remove: 'Remove',
    cancel: 'Cancel',
    stored: 'Token stored',
    fromEnvironment:
      'The token comes from the environment variable NGROK_AUTHTOKEN. To use another, change it there and start Video Inbox again.',
    removeTitle: 'Remove the ngrok authtoken?',
    removeDetail:
      'Your public address goes offline, and callbacks cannot arrive until you paste a token again. Your videos stay.',
    useNgrok: 'Use ngrok',
  },

  domain: {
    label: 'Fixed domain (recommended)',
    hint: 'A fixed domain keeps the URL the same. Each ngrok account has one for free.',
    placeholder: 'your-name.ngrok-free.dev',
    page: 'Find yours at ngrok',
  },

  tunnel: {
    title: 'Public address',
    kind: 'How providers reach this inbox',
    none: 'Not at all',
    noneDetail: 'Only programs on this computer can send callbacks.',
    ngrok: 'Through ngrok',
    ngrokDetail: 'A public address for this computer; the free plan is enough.',
    fixed:
      'A start flag or an environment variable (--tunnel, --public-url) decides about the public address, so the choice here does not count. Start Video Inbox without it to choose here.',
    status: 'State',
    probes: 'Tests of the address',
    probesDetail: (sent: string, perMonth: string, plan: string) =>
      `${sent} since the start, at this pace about ${perMonth} a month. The free plan of ngrok has ${plan} requests a month, and callbacks count too.`,
    steps: 'Three steps to a public address',
  },

  urls: {
    title: 'Callback URLs',
    intro:
      'Whoever knows a callback URL can deliver to it. Use one for each project or service, so that you can revoke it without touching the others.',
    main: 'Main',
    first: 'Default',
    mainDetail: 'The one that “Copy callback URL” copies',
    copy: (label: string) => `Copy the URL ${label}`,
    copied: 'Callback URL copied',
    copyShort: 'Copy',
    revoke: (label: string) => `Revoke the URL ${label}`,
    revokeShort: 'Revoke',
    created: (age: string) => `Created ${age}`,
    lastUsed: (age: string) => `last used ${age}`,
    neverUsed: 'never used',
    callbacks: (n: number, shown: string) => plural(n, `${shown} callback`, `${shown} callbacks`),
    project: (name: string) => `Project ${name}`,
    newTitle: 'New URL',
    label: 'Label',
    labelHint: 'For you alone, such as “Trailer” or “Replicate”.',
    projectLabel: 'Project (optional)',
    projectHint: 'Put on each task that arrives through this URL.',
    create: 'Create URL',
    made: (label: string) => `Created ${label}`,
    notLoaded: 'The callback URLs could not be loaded.',
    confirmTitle: (label: string) => `Revoke ${label}?`,
    confirm:
      'Callbacks to it are refused from now on, also those of tasks that still run. The other URLs go on. This cannot be undone.',
    confirmMain:
      'Callbacks to your main URL are refused from now on, also those of tasks that still run. Another URL becomes the main one. This cannot be undone.',
    revoked: (label: string) => `${label} revoked`,
  },

  senders: {
    label: 'Only from these addresses (optional)',
    hint: 'Addresses or ranges that may deliver over the internet, with commas between them. Empty: everyone who knows a callback URL. A test callback comes from your own address.',
    placeholder: '203.0.113.7, 198.51.100.0/24',
  },

  hooks: {
    title: 'Other programs',
    intro:
      'A program of yours can hear of each video that was saved and each that failed: as a webhook, signed after the Standard Webhooks. A command can be named in VIDEO_INBOX_HOOK_COMMAND.',
    url: 'Address of the webhook',
    urlHint: 'Empty: nobody is told.',
    make: 'Make a secret',
    made: 'The secret',
    madeHint: 'Put it where the webhook is checked. It is shown only now.',
    copy: 'Copy the secret',
    copied: 'Secret copied',
    test: 'Send a test',
    trying: 'Sending…',
    seen: 'I have seen it',
  },

  elsewhere: {
    title: 'Inbox elsewhere',
    intro:
      'A laptop sleeps, and callbacks come at night. This inbox can be a copy of one that is always on: the same library, also without a network; that one takes the callbacks and downloads.',
    address: 'Address',
    addressHint: 'Where it was started with --sync-port.',
    token: 'Token',
    tokenHint: '“video-inbox api-key new --scope twin” there prints one.',
    connect: 'Test and connect',
    trying: 'Connecting…',
    copyOf: (url: string) => `A copy of ${url}`,
    disconnect: 'Disconnect',
    disconnected: 'From now on this is an inbox of its own again, with what it has.',
    connected: (url: string) =>
      `It answers; its callback URL is ${url}. From now on this is a copy of it at this address.`,
    moved: 'Where that inbox can be reached now, if it has moved; or a new token. It counts at once.',
    media: 'Videos to bring here',
    mediaHint: 'The others come when someone opens them. A change counts at once.',
    medias: { all: 'all', starred: 'those with a star', opened: 'only when they are opened' },
    largest: 'Largest of them',
    anySize: 'of any size',
    upTo: (mib: string) => `up to ${mib} MiB`,
  },

  downloads: {
    title: 'Downloads',
    atOnce: 'Videos at once',
    usual: (n: string) => `${n} (usual)`,
    atOnceHint: 'Fewer leave more of your line to others. A change counts at once; what is on its way goes on.',
    sourcesLabel: 'Keep the inputs, too',
    sourcesHint:
      'The videos and images that a task was made from are saved beside its results, for comparing and for making it again. Providers delete them within a day or so.',
    pauseLabel: 'Pause downloads',
    pauseHint:
      'Callbacks are still stored while downloads are paused. Links die while you wait: do not forget to resume. A restart resumes too.',
    paused: 'Downloads are paused. Links die while they wait.',
    resume: 'Resume',
  },

  proxy: {
    label: 'Proxy (optional)',
    hint: 'For all that goes out but ngrok. Empty: as the environment says (HTTPS_PROXY, NO_PROXY). Links to private addresses stay blocked.',
    fromEnvironment: (proxy: string) =>
      `Empty: the proxy ${proxy} of the environment is used. Write “none” to go without it.`,
    fakeAddresses:
      'Names resolve to made-up addresses here (198.18.0.0/15), as a proxy such as Clash, Surge or sing-box gives them; downloads go through it.',
    placeholder: 'http://127.0.0.1:7890',
    none: 'none',
  },

  notifications: {
    title: 'Notifications',
    saved: 'A video was saved',
    failed: 'A task or a download failed',
    tunnel: 'The public address went down',
    quiet: 'Quiet hours',
    quietHint: 'Nothing pops up during these hours, by the clock of this computer. Everything is still in the inbox.',
    from: 'From',
    until: 'Until',
    allDay: 'The two times are the same: it is quiet all day.',
  },

  keys: {
    title: 'Provider keys',
    intro: 'API keys order videos and ask what became of them. Signing secrets tell real callbacks from forged ones.',
    protectionKeychain: 'Kept in the keychain of this system.',
    protectionFile: 'Stored in a file that only your user can read, not encrypted.',
    names: keyNames,
    api: (provider: string) => `${provider} API key`,
    signing: (provider: string) => `${provider} signing secret`,
    isSet: 'Set',
    notSet: 'Not set',
    set: 'Set',
    replace: 'Replace',
    remove: 'Remove',
    actionFor: (action: string, name: string) => `${action}: ${name}`,
    save: 'Save',
    cancel: 'Cancel',
    empty: 'Paste the key first.',
    fromEnvironment: (variable: string) =>
      `Set by the environment variable ${variable}, which wins. Change it there and start Video Inbox again.`,
    removeTitle: (name: string) => `Remove ${name}?`,
    removeDetail: 'Video Inbox forgets it. To use it again you have to paste it again.',
  },

  look: {
    title: 'Look and language',
    language: 'Language',
    languageHint: 'Of this page, menus and notices. What providers say stays in their words.',
    systemLanguage: 'As the system says',
    theme: 'Colours',
    themes: { system: 'As the system says', light: 'Light', dark: 'Dark' },
    density: 'Space between cards',
    densities: { roomy: 'Roomy', dense: 'Dense' },
    autoplay: 'Play a video when it is opened',
    autoplayHint: 'Never where the system asks for less motion.',
  },

  desktop: {
    title: 'This app',
    launchAtLogin: 'Start at login',
    launchAtLoginHint: 'Hidden, so that callbacks arrive from the start.',
    closeToTray: 'Keep running when the window is closed',
    closeToTrayHint: 'Callbacks go on arriving. Quit from the tray or the menu.',
    keepAwake: 'Keep this computer awake',
    keepAwakeHint:
      'No callback arrives while it sleeps, and not every provider calls again. The screen still goes dark, and most laptops still sleep with the lid closed.',
    checkForUpdates: 'Look for new versions',
    checkForUpdatesHint: 'At the start and once a day. It never restarts by itself.',
  },

  about: {
    title: 'About',
    version: 'Version',
    licences: 'Licences',
    licencesHint: 'Video Inbox is free software under the MIT licence, built with the work of others.',
    showLicences: 'Show all licences',
    licencesFailed:
      'The file with the licences could not be read; it lies beside the program as THIRD-PARTY-LICENSES.txt.',
    loading: 'One moment…',
    diagnostics: 'Diagnostics',
    diagnosticsHint:
      'For a report about something that goes wrong: versions, counts, codes. No addresses, keys, prompts or names.',
    copyDiagnostics: 'Copy diagnostics',
    diagnosticsCopied: 'Diagnostics copied',
    copiedText: 'What was copied',
  },
  library: {
    title: 'Library',
    folder: 'Data folder',
    space: 'Space',
    free: (size: string) => `${size} free on this disk`,
    copyPath: 'Copy path',
    pathCopied: 'Path copied',
    move: 'Move library…',
    moveHint:
      'To another folder or disk. Everything is copied and compared before the old files go; then the app starts anew.',
    moving: 'Moving the library',
    moved: (copied: string, total: string) => `${copied} of ${total} copied`,
    check: 'Check library',
    checkHint:
      'Reads every saved video and compares it with what was saved. This can take minutes; callbacks go on arriving.',
    checking: 'Checking the library',
    checked: (checked: string, total: string) => `${checked} of ${total} videos checked`,
    allWell: (tasks: string, videos: string) => `All is well: ${tasks} and ${videos} were checked.`,
    mended: (tasks: string, videos: string) => `What was wrong has been mended. ${tasks} and ${videos} were checked:`,
    problems: (n: number, shown: string, tasks: string, videos: string) =>
      plural(
        n,
        `${shown} thing needs you. ${tasks} and ${videos} were checked:`,
        `${shown} things need you. ${tasks} and ${videos} were checked:`,
      ),
    mark: { mended: 'Mended', open: 'Needs you' },
    tasks: (n: number, shown: string) => plural(n, `${shown} task`, `${shown} tasks`),
    videos: (n: number, shown: string) => plural(n, `${shown} video`, `${shown} videos`),
    more: (n: number, shown: string) => plural(n, `and ${shown} more`, `and ${shown} more`),
  },
});

/** What every language must offer here. */
export type SettingsTexts = typeof enSettings;
