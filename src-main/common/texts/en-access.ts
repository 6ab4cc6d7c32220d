/** Why the gallery's listener takes a request not: it is told as a call's refusal, or on a page of its own. */
import { sentences } from './sentence.ts';

export const enAccess = {
  notThisServer: 'This address is not the local server.',
  otherSite: 'Requests from other sites are refused.',
  signIn: 'This gallery needs its key. Open it from the app, or with the address that "video-inbox status" prints.',
  noCookies:
    'This browser keeps no cookie of this address, and the gallery knows you by one. Allow cookies for this address in the settings of the browser, then open the gallery again as you did.',
  scriptKey:
    'This key is one for scripts: it makes no keys, sets no secrets and makes this inbox no copy of another. Nothing was changed; do that in the gallery, or with a command of video-inbox.',
  twinKey:
    'This key is one for copies of this inbox (twins) and opens nothing here. Scripts need one of their own: "video-inbox api-key new" makes it.',
  callTooLarge: 'The call is too large.',
  noArguments: 'A call needs a JSON array of arguments as its body.',
};

export const accessTexts = sentences('access', enAccess);
