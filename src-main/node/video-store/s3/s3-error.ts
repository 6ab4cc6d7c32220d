/** What goes wrong with a shelf on S3: what its server said, or that it cannot be reached, as a sentence for the person. */
import { InboxError } from '../../../common/errors.ts';
import { configTexts } from '../../../common/texts/en-config.ts';
import type { Sentence } from '../../../common/texts/sentence.ts';
import { ProxyFault } from '../../outgoing/proxy-agents.ts';

/** What we say where no server did. */
const unreachable = 'Unreachable';
/** S3's word for a film that was moved where it has to be ordered back from. */
const archived = 'InvalidObjectState';
/** A smaller one may pass. */
const tooLarge = 'EntityTooLarge';
/** Someone else does, as a hotel's network that wants a login. */
const noAnswerOfS3 = 'NoAnswer';
const passing = new Set([
  unreachable,
  noAnswerOfS3,
  'NotStored',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'OperationAborted',
  'MissingContentMD5',
]);
const ofCertificates = /CERT|SELF_SIGNED|UNABLE_TO_/;
/** Of the connection; the rest is about what was sent. */
const ofTheWay =
  /^(?:UND_ERR_(?!INVALID|REQ_|NOT_)|ECONN|EPIPE|ETIMEDOUT|EAI_|ENOTFOUND|EHOST|ENET|EPROTO|HPE_|CERT_|ERR_TLS|ERR_SSL|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/;

/**
 * What the server said when it refused, `word` being S3's own, such as `SlowDown`; or that it cannot be reached. To the
 * person it is a sentence, and its cause has the server's.
 */
export class S3Error extends InboxError {
  readonly status: number;
  readonly word: string;
  /** True where it is about one object, and nothing is wrong with the shelf for that. */
  readonly isOfOne: boolean;
  constructor(
    status: number,
    word: string,
    message: string,
    { cause, region = null, leadsTo = null, proxy = null }: S3ErrorFacts = {},
  ) {
    const said = new Error(`S3 answers ${String(status)} ${word}: ${message}`, { cause });
    const why = sentenceOf({ status, word, message, region, leadsTo, proxy });
    super('unavailable', word === archived ? why : configTexts.shelfTrouble(why), { cause: said });
    this.name = 'S3Error';
    this.status = status;
    this.word = word;
    this.isOfOne = word === archived || word === tooLarge || word === 'AccessDenied';
  }
}

interface S3ErrorFacts {
  readonly cause?: unknown;
  /** Where the server says that the bucket is. */
  readonly region?: string | null;
  /** Another server that it names in its place. */
  readonly leadsTo?: string | null;
  /** That lets nothing through. */
  readonly proxy?: string | null;
}

function sentenceOf(said: {
  readonly status: number;
  readonly word: string;
  readonly message: string;
  readonly region: string | null;
  readonly leadsTo: string | null;
  readonly proxy: string | null;
}): Sentence {
  const { shelf } = configTexts;
  const { status, word, message, region, leadsTo, proxy } = said;
  if (proxy !== null) return shelf.proxy(proxy, message);
  if (word === unreachable) {
    if (ofCertificates.test(message)) return shelf.certificate(message);
    return /WRONG_VERSION|EPROTO|ERR_SSL_/.test(message) ? shelf.plain : shelf.away;
  }
  if (word === noAnswerOfS3) return shelf.away;
  if (word === 'NoSuchBucket') return shelf.bucket;
  if (word === 'RequestTimeTooSkewed') return shelf.clock;
  if (word === archived) return shelf.archived;
  if (/^(?:ExpiredToken|TokenRefreshRequired)/.test(word)) return shelf.expired;
  if (word === tooLarge) return shelf.tooLarge(status, word);
  if (status === 507 || /Quota|StorageFull|InsufficientStorage|StorageLimit/.test(word))
    return shelf.full(status, word);
  if (leadsTo !== null && region === null) return shelf.leadsTo(leadsTo);
  if (status === 301 || status === 307 || /Redirect|Region|Location|HeaderMalformed/.test(word)) {
    return region === null ? shelf.region : shelf.regionIs(region);
  }
  if (status === 401 || status === 403) return shelf.keys;
  return status === 429 || status > 501 || status === 500 ? shelf.busy(status, word) : shelf.other(status, word);
}

/** Whether trying again may help: the server is busy or broken, or the connection was. */
export function mayPass(error: unknown): boolean {
  const trouble = ofWay(error);
  if (!(trouble instanceof S3Error)) return false;
  const { status, word } = trouble;
  return status === 429 || status >= 500 || passing.has(word);
}

/** What broke off a connection as an error of the shelf. */
export function ofWay(error: unknown): unknown {
  if (error instanceof ProxyFault) return new S3Error(0, unreachable, error.errno, { cause: error, proxy: error.host });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return ofTheWay.test(code) ? new S3Error(0, unreachable, code, { cause: error }) : error;
}
