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
  states: { processing: 'processing', succeeded: 'succeeded', failed: 'failed', unknown: 'unknown' },
  videoStates: { queued: 'queued', downloading: 'downloading', saved: 'saved', failed: 'failed', expired: 'expired' },
  trust: { signed: 'signed', unsigned: 'unsigned', confirmed: 'confirmed', conflicting: 'conflicting' },
  unknownProvider: 'Unknown provider',
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
    titleNotUsed: '--title is the title of what --client and --markers make, and neither is given, so it is not used.',
    lacking: (ids: string) => `Not copied, since no video of these is on disk yet: ${ids}`,
    nothing:
      'None of these has a video on disk yet, so nothing was copied. "video-inbox show TASK_ID" says how it stands with each.',
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
    noneRefused: 'Nothing was refused.',
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
    reachable: (url: string) => `Providers can reach the callback URL: ${url}`,
    makeReachable: '"video-inbox tunnel set-token" or --public-url makes it reachable for providers.',
  },
  settings: {
    stored: (name: string) => `${name} is stored and in use.`,
    backToUsual: (name: string) => `${name} is back at its usual value.`,
    storedForLater: (name: string) => `${name} is stored; the inbox uses it when it starts.`,
    notUsual: (usual: string) => `usually ${usual}`,
    fromEnvironment: 'environment',
    proxy: 'Proxy for all that goes out but ngrok',
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
    /** @param of `null` where their number says nothing. */
    attempt: (n: number, of: number | null, reason: string) =>
      `attempt ${String(n)}${of === null ? '' : ` of ${String(of)}`}: ${reason}`,
    next: (time: string) => `next attempt ${time}`,
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
    /** @param tasks how many, in words. Of those that a result is waited for; one that was told to have ended may be among them, without its film. */
    watch: (tasks: string, overdue: number) => `${tasks}, ${String(overdue)} overdue`,
    nobodyAsked: 'nobody is asked just now',
    nextAsk: (at: string) => `next asked at ${at}`,
    free: (bytes: string) => `${bytes} free`,
    trouble: (since: string, message: string) => `since ${since}: ${message}`,
    refused: (callbacks: string, status: number, message: string) =>
      `${callbacks} today, the last with ${String(status)}: ${message}`,
    showRefused: '"video-inbox requests --refused" shows them',
    thisOne: ' (this one)',
    toBeSent: (roles: string, waiting: number) => `${roles}; ${String(waiting)} to be sent`,
    noRoomFor: { downloads: 'no room for videos', callbacks: 'its disk is full' },
    olderBuild: 'older build',
    awaySince: (time: string) => `away since ${time}`,
    reachability: {
      online: 'reachable',
      degraded: 'connected, but a test did not come through',
      connecting: 'connecting',
      blocked: 'not reachable, needs you',
      offline: 'not reachable from outside',
    },
  },
  list: {
    nothing: 'Nothing here yet.',
    noMatch: 'Nothing in the library matches.',
    leaveOut: 'Leave out a word or a condition, or see everything with "video-inbox list".',
    notACondition: (term: string, like: string) =>
      `"${term}" is no condition, so it was looked for as it stands. Conditions like it: ${like}.`,
    /** What was probably meant, and how many tasks it finds. */
    didYouMean: (query: string, count: string) => `Did you mean: ${query} (${count})`,
  },
  /** Where a list ends before all is told. */
  onlyNewest: (shown: string) => `Only the newest ${shown} are shown; --limit N shows more.`,
  tagged: (tasks: string) => `${tasks} changed.`,
  tunnel: {
    ask: 'Paste your ngrok authtoken and press Enter; it is not shown.',
    savedForLater: 'Saved. The tunnel connects when the inbox starts.',
    savedOther: 'Saved, but the running inbox was started with another --tunnel or --public-url, which it keeps.',
    saved: 'Saved. The tunnel is connecting; "video-inbox status" tells when the callback URL is reachable.',
  },
  url: {
    loopback: 'this is the loopback address. Providers cannot reach it; set up a tunnel for a public one.',
    loopbackOnly: 'this is the loopback address. Providers cannot reach it.',
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
});
