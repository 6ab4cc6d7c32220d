/**
 * What a person reads about the public address: what happened, what it means for their videos, the next step.
 */
import type { LinkTrouble, NgrokCode, ProbeTrouble } from '../tunnel-trouble.ts';
import { sentences } from './sentence.ts';

const tokenPage = 'dashboard.ngrok.com/get-started/your-authtoken';
const domainPage = 'dashboard.ngrok.com/domains';

export const enTunnel = {
  none: 'No tunnel is set up, so only programs on this computer can reach the callback URL.',
  stopped: 'The tunnel is switched off, so only programs on this machine can reach the callback URL.',
  tokenMissing:
    'The tunnel needs your ngrok authtoken. Paste it in the settings, or run "video-inbox tunnel set-token". Until then the inbox works on this computer only.',

  refused: {
    '105': `This is not an ngrok authtoken, so callbacks cannot arrive. Copy the authtoken from ${tokenPage} and paste it in Settings.`,
    '106': `This authtoken is from the first version of ngrok and no longer works, so callbacks cannot arrive. Copy the current one from ${tokenPage} and paste it in Settings.`,
    '107': `ngrok does not accept this authtoken any more: it was reset or revoked, or its account lost access. Callbacks cannot arrive until you copy a new one from ${tokenPage} and paste it in Settings.`,
    '108':
      'Your ngrok account has as many agents online as its plan allows (three on the free plan). Callbacks cannot arrive until you stop ngrok on another machine or end a leftover session at dashboard.ngrok.com/agents; Video Inbox keeps trying.',
    '120': 'ngrok no longer supports this version of its agent, so callbacks cannot arrive. Update Video Inbox.',
    '320': `The domain in Settings belongs to another ngrok account, so callbacks cannot arrive. Choose one that is listed at ${domainPage}.`,
    '324':
      'ngrok refuses another endpoint in this session, so callbacks cannot arrive. Stop other endpoints at dashboard.ngrok.com/endpoints and check again.',
    '326': `The domain in Settings is not one that ngrok knows, so callbacks cannot arrive. Choose one that is listed at ${domainPage}.`,
    '334':
      'Your public address is already online from somewhere else, so callbacks go there and not here. Stop the other copy of Video Inbox or ngrok, or choose another domain in Settings; Video Inbox keeps trying.',
    '702':
      'ngrok answers that there were too many requests in a short time, so some callbacks were turned away. Video Inbox tries again in a minute.',
    '727':
      "This month's requests of your ngrok plan are used up, so callbacks cannot arrive. Upgrade the plan at dashboard.ngrok.com/billing, or wait for the next month; most results can still be fetched by hand.",
    '734':
      'ngrok answers that there were too many connections in a short time, so callbacks cannot arrive. Video Inbox tries again in a minute.',
    '1214':
      'ngrok answers that your account does too much in a short time, so callbacks cannot arrive. Video Inbox tries again in a minute.',
    '4018': `ngrok wants an authtoken of an account with a verified e-mail address, so callbacks cannot arrive. Verify the account, then copy the authtoken from ${tokenPage} and paste it in Settings.`,
    '4027':
      "This month's bandwidth of your ngrok plan is used up, so callbacks cannot arrive. Upgrade the plan at dashboard.ngrok.com/billing, or wait for the next month; most results can still be fetched by hand.",
    '9040':
      'Your ngrok account does not allow agents from this network, so callbacks cannot arrive. Allow this IP address at dashboard.ngrok.com/ip-policies, or use another network.',
  } satisfies Record<NgrokCode, string>,
  refusedOther: (code: string): string =>
    `ngrok refused the connection with ERR_NGROK_${code}, so callbacks cannot arrive. See ngrok.com/docs/errors/err_ngrok_${code}; Video Inbox keeps trying.`,

  trouble: {
    'no-module':
      'The part of ngrok that this system needs is missing, so there is no public address; callbacks from this machine still work. Install Video Inbox again, or use --public-url with a proxy of your own.',
    unreachable:
      'ngrok cannot be reached, so callbacks cannot arrive. Check the internet connection and whether a firewall blocks connect.ngrok-agent.com port 443; Video Inbox keeps trying.',
    tls: 'The secure connection to ngrok could not be made, so callbacks cannot arrive. A proxy, firewall or antivirus may be reading encrypted traffic: let connect.ngrok-agent.com pass; Video Inbox keeps trying.',
    hung: 'ngrok does not answer, so callbacks cannot arrive. Check the internet connection, or see status.ngrok.com; Video Inbox keeps trying.',
    lost: 'The connection to ngrok was lost, so callbacks cannot arrive. Video Inbox is connecting again.',
    frozen:
      'ngrok stopped answering over a connection that looks fine, so callbacks cannot arrive. Video Inbox is connecting again.',
    died: 'The process that holds the connection to ngrok ended unexpectedly, so callbacks cannot arrive. Video Inbox starts it again; if this goes on, the log file has the details.',
    unknown:
      'The connection to ngrok failed for a reason that Video Inbox does not know, so callbacks cannot arrive. The log file has the details; Video Inbox keeps trying.',
  } satisfies Record<LinkTrouble, string>,

  probe: {
    timeout:
      'A test request to your public address got no answer in time, so callbacks may be lost. Video Inbox tries again by itself; if this goes on, see status.ngrok.com.',
    unreachable:
      'Your public address could not be reached from this machine, so callbacks may be lost. Check the internet connection and whether a firewall or DNS filter blocks the address.',
    certificate:
      'The certificate of your public address could not be checked, so it is not known whether callbacks arrive. A proxy or antivirus on this machine may be reading encrypted traffic.',
    'offline-endpoint':
      'ngrok says that nothing is online behind your public address, so callbacks are lost. Video Inbox is connecting again.',
    upstream:
      'Your public address works, but the callback listener of Video Inbox did not answer behind it, so callbacks are lost. Restart Video Inbox.',
    limit:
      'ngrok turns requests to your public address away because a limit of your plan is reached, so callbacks are lost. See dashboard.ngrok.com/usage.',
    elsewhere:
      'Something else answers at your public address, so callbacks do not reach Video Inbox. Check that the address, proxy or domain points to this machine.',
    waiting:
      'The connection to ngrok was made again many times in a short while; to spare the requests of your plan, it will be tested again in a few minutes. Callbacks may be lost until then.',
  } satisfies Record<ProbeTrouble, string>,
  probeOwnProxy:
    'A test request to your public URL did not come back to Video Inbox, so callbacks may be lost. Check that the proxy is running and passes /c/ to the callback port. Some routers do not let a machine reach its own public address; then this test fails although callbacks arrive.',

  /** `since` and `until` are formatted by the caller for the person's locale. */
  urlChanged: ({ from, to, since }: { readonly from: string; readonly to: string; readonly since: string }): string =>
    `Your public address changed on ${since} from ${from} to ${to}: tasks started before then still call the old one, so fetch their results by hand, and use the new URL from now on.`,
  fixDomain: `Set your account's own domain in Settings (free at ${domainPage}) and the callback URL stays the same for good.`,

  authtoken: {
    empty: `Paste your ngrok authtoken: it is at ${tokenPage}.`,
    spaces: `An authtoken is one word without spaces. Copy it again from ${tokenPage}.`,
    characters: `An authtoken consists of letters, digits and an underscore only. Copy it again from ${tokenPage}.`,
    tooShort: `This is too short for an authtoken. Copy it again from ${tokenPage}.`,
    tooLong: `This is too long for an authtoken. Copy it again from ${tokenPage}.`,
    otherKind: `This is the name of a key or credential, not the authtoken itself. Copy the authtoken from ${tokenPage}.`,
    otherService: `This is a key of another service. Copy the ngrok authtoken from ${tokenPage}.`,
    v1: `This looks like an authtoken from the first version of ngrok, which no longer works. Copy the current one from ${tokenPage}.`,
    link: `This is a link, not the authtoken. Open it, copy the authtoken and paste that.`,
  },
  domain: {
    notADomain: `This is not a domain name. Copy it from ${domainPage}; it looks like your-name.ngrok-free.dev.`,
    wildcard: 'A wildcard cannot be used here. Choose one full domain name.',
  },
};

export const tunnelTextsEn = sentences('tunnel', enTunnel);
