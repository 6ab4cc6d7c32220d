/** Why the gallery's listener takes a request not: it is told as a call's refusal, or on a page of its own. */
import { sentences } from './sentence.ts';

export const enAccess = {
  notThisServer: 'This address is not the local server.',
  otherSite: 'Requests from other sites are refused.',
  signIn: 'This gallery needs its key. Open it from the app, or with the address that "video-inbox status" prints.',
  scope: 'This key may not do that.',
  callTooLarge: 'The call is too large.',
  noArguments: 'A call needs a JSON array of arguments as its body.',
};

export const accessTexts = sentences('access', enAccess);
