/** What can be wrong with the public address, as codes; the words are in `texts/en-tunnel.ts`. */

/** Codes of ngrok that this program acts on; see https://ngrok.com/docs/errors/reference/ */
export const ngrokCodes = [
  '105', // not a proper authtoken
  '106', // an authtoken of ngrok v1
  '107', // well-formed and invalid: reset, revoked, removed from the team
  '108', // too many agents at once
  '120', // this agent's version is no longer supported
  '320', // the domain belongs to another account
  '324', // too many endpoints in a session
  '326', // not a valid domain
  '334', // the endpoint is online already
  '702', // too many requests
  '727', // the month's HTTP requests are used up
  '734', // too many connections; resets within a minute
  '1214', // rate limit of the account
  '4018', // no verified account, or no authtoken
  '4027', // the month's bandwidth is used up
  '9040', // the account does not allow agents at this IP address
] as const;
export type NgrokCode = (typeof ngrokCodes)[number];

/** Why the connection to ngrok could not be made or kept, where ngrok gave no code. */
export type LinkTrouble =
  | 'no-module' // the native part of the SDK is missing
  | 'unreachable' // no TCP connection
  | 'tls' // the secure connection could not be made
  | 'hung' // no answer within the limit
  | 'lost' // the connection ended
  | 'frozen' // the connection is up and nothing answers
  | 'died' // the worker process ended by itself
  | 'unknown';

/** Why a request to our own public address did not come back to us. */
export type ProbeTrouble =
  | 'timeout'
  | 'unreachable' // no connection to the public address from this machine
  | 'certificate'
  | 'offline-endpoint' // ngrok says that nothing is behind the address
  | 'upstream' // the tunnel works and our own listener does not answer
  | 'limit' // ngrok refuses because of a limit of the plan
  | 'elsewhere' // something else answers at this address
  | 'waiting'; // not tried: too many probes in the last minutes
