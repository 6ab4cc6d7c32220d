/** What a person reads about callback URLs, test callbacks and the list of requests. */
import { sentences } from './sentence.ts';

export const enCallbacks = {
  noUrlAtAll: 'there is no callback URL',
  labelLength: (most: number) => `A callback URL needs a name of 1 to ${most} characters.`,
  unknownProvider: (name: string) => `There is no provider "${name}".`,
  noSuchUrl: 'There is no such callback URL any more.',
  filmNotStored: 'The film in the callback could not be stored; send it again.',
  noSuchRequest: (n: number) => `There is no request ${n} in the list any more.`,
  nothingToReplay: "Today's reader finds no task in this body either, so nothing was changed.",
  forwardTo: (given: string) => `"${given}" is not an address such as http://localhost:3000/hooks/kie.`,
  unknownSample: (id: string, known: string) => `There is no sample callback for "${id}". Known are: ${known}.`,
  sampleUnreadable: 'a sample callback could not be read',
  testNotArrived:
    'The test callback did not reach the inbox, so a real one would not either. Check the tunnel, then try again.',
  testRefused:
    "The test callback was answered 404, so a real one may be refused too. Either something else answers at the public address, or your settings let only some addresses deliver (callbacks.allowAddresses) and this machine's is not one of them.",
  testAnswered: (status: number, answer: string) =>
    `The test callback was answered ${status}, so a real one may be refused too: ${answer}`,
};

export const callbackTexts = sentences('callbacks', enCallbacks);
