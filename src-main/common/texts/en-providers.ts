/** What a person reads about providers' APIs: what happened, what it means for their videos, the next step. */
import { providerName, providers } from '../providers/catalog.ts';
import type { OrderProblem } from '../submit-form.ts';
import { sentences } from './sentence.ts';

const faults = {
  'no-api': 'Video Inbox cannot ask this provider; its callbacks are taken all the same.',
  'no-key': 'No key is set for this provider. Set one, and everything that waits for it goes on by itself.',
  'bad-key':
    'The provider does not accept your key: it is wrong, was revoked, or may not do this. Set another one; nothing is lost meanwhile.',
  'no-credits': 'Your credits are used up. Top up your account at the provider, then try again.',
  'key-limit': 'This key has reached its own spending limit. Raise it at the provider, or set another key.',
  'rate-limited': 'The provider says that there were too many requests. Try again in a minute.',
  'not-found': 'The provider does not know this task.',
  invalid: 'The provider does not accept what was sent.',
  moderated: "The provider's content filter stopped this. Change the prompt or the source, then try again.",
  'input-unreachable':
    'The provider could not fetch the source. It must lie at a public https address; a file of yours is uploaded when you give its path.',
  account:
    'Something about your account at the provider is not in order, so it takes nothing from you. Look at the account there, then try again.',
  'too-many-running':
    'As many of your videos are being made as your account allows at once. Wait until one is done, then try again.',
  'blocked-place':
    'Your account at the provider allows only certain addresses, and the one of this computer is not among them. Add it there, then try again.',
  maintenance: 'The provider is under maintenance. Try again later.',
  server: 'Something broke at the provider. Try again later.',
  ended: 'The provider gave this task up.',
  disabled: 'The provider has switched this off.',
  timeout: 'The provider did not answer in time.',
  network: 'The connection to the provider broke, or there is none.',
  certificate:
    "The certificate of the provider's address is not trusted on this computer: its clock may be wrong, or a proxy or antivirus program reads encrypted traffic. NODE_EXTRA_CA_CERTS=FILE in the environment of Video Inbox names one to trust.",
  proxy:
    'The proxy could not be reached, or lets nothing through, so nothing reached the provider. Check the proxy in the settings of this machine or of Video Inbox.',
  unreadable: 'The provider answered in a way that cannot be understood.',
  'no-address':
    'Only the answer to the order says where this task can be asked for, and this task was ordered elsewhere.',
  interrupted: 'Video Inbox was ended before the provider answered.',
  stopped: 'Video Inbox was stopped before it was sent.',
};

/** What can go wrong with a provider's API; each language has words for all of it. */
export type FaultWords = Readonly<Record<keyof typeof faults, string>>;

/** @param code of an `ApiFault`, also one that a later version stored. */
const longPause = (minutes: number): string =>
  `The provider says that there were too many requests, and asks for a pause of ${minutes < 60 ? `${String(minutes)} minutes` : 'an hour or more'}. Order again after that.`;

export function faultIn(words: FaultWords, code: string): string {
  const known: Readonly<Record<string, string>> = words;
  return known[code] ?? words.server;
}

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

/** An order that is certain not to have been sent. */
export const isUnreached = (code: string): boolean => ['network', 'certificate', 'proxy', 'stopped'].includes(code);

const unreached = (provider: string, why: string): string =>
  `${providerName(provider)} was not reached, so nothing was ordered or paid. ${why} Order again once that is mended.`;
const refused = (provider: string, code: string, said: string | null, pauseMinutes?: number): string =>
  isUnreached(code)
    ? unreached(provider, enProviders.fault(code, said))
    : `${providerName(provider)} refused the order, and nothing was made. ${enProviders.fault(code, said, pauseMinutes)}`;
const refusedBefore = (why: string): string =>
  `${why} So ended the order under this id; a new order needs an id of its own.`;

export const enProviders = {
  /** @param pauseMinutes that the provider asks for, where it is longer than anybody waits for an order. */
  fault: (code: string, said: string | null, pauseMinutes?: number): string => {
    const ours = pauseMinutes === undefined ? faultIn(faults, code) : longPause(pauseMinutes);
    return said === null ? ours : `${ours} It said: ${sentence(said)}`;
  },
  refused: (provider: string, code: string, said: string | null, pauseMinutes?: number): string =>
    refused(provider, code, said, pauseMinutes),
  /** The same, where it was ordered under that id before. */
  refusedBefore: (provider: string, code: string, said: string | null): string =>
    refusedBefore(refused(provider, code, said)),
  unknownWhetherMade: (provider: string): string =>
    `It is not known whether ${providerName(provider)} made it: no clear answer came. It is not sent again by itself, so that nothing is paid twice; if it was made, its callback still finds its way here. Look at the provider's own list before you order it again.`,
  unknownAndLookedFor: (provider: string): string =>
    `It is not known whether ${providerName(provider)} made it: no clear answer came. Video Inbox looks for it in the provider's list of what was ordered, and its callback finds its way here as well. It is not sent again by itself, so that nothing is paid twice.`,
  notNoted: (why: string): string =>
    `The order could not be noted on the disk (${why}), so it was not sent and is not paid. Make room, then order again.`,
  uploadFailed: (why: string): string => `The file could not be uploaded, so nothing was ordered. ${why}`,
  cannotSubmit: (provider: string): string =>
    `Video Inbox cannot order from "${provider}". It can from kie-aleph, kie-luma, kie-runway, kie-veo, kie-market, fal and replicate.`,
  unknownProvider: (given: string, likely: string | null): string =>
    `"${given}" is no provider that Video Inbox knows, so no callback would ever be found for it. ${likely === null ? `Known are: ${providers.map(({ id }) => id).join(', ')}; "unknown" stands for all others.` : `Did you mean ${likely}?`}`,
  cannotAsk: (provider: string): string =>
    `Video Inbox cannot ask "${provider}" about its tasks; their callbacks are taken all the same.`,
  noKey: (provider: string, secret: string): string =>
    `${providerName(provider)} needs your API key, and none is set. Set it in the settings or with "video-inbox secret set ${secret}" (or VIDEO_INBOX_SECRET_${secret} in the environment).`,
  orderIdOld:
    'An order was sent under this id long ago, and what came of it is not kept any more. Nothing was sent now; give this order an id of its own.',
  orderIdTaken: 'Another order was sent under this id. Nothing was sent now; give this order an id of its own.',
  needsModel: (provider: string): string =>
    `${providerName(provider)} has many models: say which one with --model NAME.`,
  asked: (provider: string, state: string, message: string | null): string => {
    const said = message === null ? '' : ` ${sentence(message)}`;
    if (state === 'succeeded') return `${providerName(provider)} says that it is done.`;
    if (state === 'failed') return `${providerName(provider)} says that it failed.${said}`;
    return `${providerName(provider)} says that it is still being made.`;
  },
  givenUp: (provider: string, code: string): string =>
    code === 'gone'
      ? `${providerName(provider)} does not know this task any more, so nothing is waited for. Its callback is still taken if it comes.`
      : code === 'deadline'
        ? `${providerName(provider)} has not finished this task within a day, so it is not asked about any more. Its callback is still taken if it comes.`
        : 'Nobody waits for this task any more; its callback is still taken if it comes.',
  nothingToUpgrade: 'This task has no finished video of that number, so there is nothing to ask a larger version of.',
  renewing: 'This link has died; the provider is asked for another one.',
  budgetBlind: (provider: string, budget: number): string =>
    `Stopped: neither what ${providerName(provider)} charges for this nor your balance there is known, so nothing can keep to the limit of ${String(budget)} credits. What was ordered so far goes on. Look up the price at the provider, then order the rest without a limit.`,
  budget: (spent: number, budget: number): string =>
    `Stopped before the limit: ${String(spent)} of ${String(budget)} credits are spent, or will be for what is ordered. What was ordered so far goes on.`,
  /** What came of trying the webhook. */
  hookTest: (code: string, status: number | null): string => {
    switch (code) {
      case 'answered':
        return 'The webhook arrived.';
      case 'no-url':
        return 'No address is set, so nobody hears of anything. Set one, then try again.';
      case 'no-secret':
        return 'No secret is set, and nothing is sent unsigned. Set one with "video-inbox secret set HOOK" (whsec_ and base64), then try again.';
      case 'refused':
        return `It was answered ${String(status)} and not taken. Look at the log of whoever listens there, then try again.`;
      default:
        return 'Nobody answered at that address. Check that the program there runs, then try again.';
    }
  },
  batchBroke:
    'It was not sent and is not paid: the order before it ended in a way that was not foreseen, which the log tells whole. Look at that one first, then order these again.',
  ordersInDoubt: (count: number): string =>
    `Of ${count === 1 ? 'one order' : `${count.toLocaleString('en')} orders`} of the last seven days it is not known whether ${count === 1 ? 'it was' : 'they were'} made: no clear answer came. Nothing is sent again by itself, so that nothing is paid twice; what was made still finds its way here. Look at the provider's own list before you order again; the gallery names each beside the form for orders.`,
  hookLost: (count: number, why: string): string =>
    count === 1
      ? `Your webhook was not told of 1 that was saved or failed, and it is not sent again. ${why}`
      : `Your webhook was not told of ${count.toLocaleString('en')} that were saved or failed, and they are not sent again. ${why}`,
  commandLost: (count: number): string =>
    `The command of VIDEO_INBOX_HOOK_COMMAND failed (${count.toLocaleString('en')}), so what it was to do may be missing. Run it by hand to see why.`,
  /** One sentence about one field. */
  orderProblem: ({ field, code, params }: OrderProblem): string => {
    const show = (name: string): string => String(params[name] ?? '');
    switch (code) {
      case 'missing':
        return `${field} is missing.`;
      case 'too-long':
        return `${field} has ${show('length')} characters; at most ${show('max')} are taken.`;
      case 'no-choice':
        return `${field} cannot be "${show('value')}"; it can be ${show('choices')}.`;
      case 'no-number':
        return `${field} must be a number.`;
      case 'too-small':
        return `${field} must be at least ${show('min')}.`;
      case 'too-large':
        return `${field} must be at most ${show('max')}.`;
      case 'too-many':
        return `${field} takes at most ${show('max')} of them, not ${show('count')}.`;
      case 'no-place':
        return `This model takes no ${field}, and without it another film would be made. Leave it out, or choose a model that takes one.`;
      case 'said-twice':
        return `${field} is given twice, with two values, and only one would be sent. Leave one of them out.`;
      case 'file-too-large':
        return `${field} may have at most ${megabytes(params['maxBytes'])}; this file has ${megabytes(params['sizeBytes'])}. Make it smaller, then try again.`;
      case 'video-too-long':
        return `${field} may last at most ${show('maxSeconds')} s; this one lasts ${seconds(params['seconds'])}. Cut it, then try again.`;
      case 'only-beginning':
        return `Only the first ${show('usedSeconds')} s of ${field} are used; this one lasts ${seconds(params['seconds'])}.`;
      case 'unknown-field':
        return `${field} is no field of this model; it is sent, and the provider may ignore it.`;
    }
  },
  /** All that is wrong with an order. */
  orderProblems: (problems: readonly OrderProblem[]): string =>
    problems.map((problem) => enProviders.orderProblem(problem)).join(' '),
} as const;

export const providerTextsEn = sentences('providers', enProviders);

function megabytes(bytes: unknown): string {
  return typeof bytes === 'number' ? `${(bytes / 1024 / 1024).toFixed(1)} MB` : 'too much';
}

function seconds(value: unknown): string {
  return typeof value === 'number' ? `${value.toFixed(1)} s` : 'longer';
}
