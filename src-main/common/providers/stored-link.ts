/** What a link leads to, told by its address and by what stands beside it: something stored, or where to ask for it. */
import { own, type JsonRecord } from './json.ts';
import { endsAsVideo } from './media-kind.ts';

/**
 * True where the address itself says that something is stored there, by its host or by being signed, and its path is none of
 * a page or of an API.
 */
export function isStored(url: string): boolean {
  const [, host = '', path = ''] = /^https?:\/\/([^/?#]{1,255})([^?#]*)/i.exec(url) ?? [];
  return path.length > 1 && !pageOrApi.test(path) && (storeHost.test(host) || signedQuery.test(url));
}

const storeHost =
  /(?:^|[.-])(?:cdn|media|files?|assets?|static|storage|store|s3|gcs|oss|cos|tos|bos|r2|blob|bucket|download|downloads|dl|content|output|outputs|cloudfront|amazonaws|myqcloud|aliyuncs|volces|googleusercontent|googleapis)\d*[.-]/i;
const signedQuery =
  /[?&](?:x-(?:amz|goog|tos|oss|cos|bce)-|sig(?:nature)?=|token=|expires=|exp=|policy=|auth_?key=|se=)/i;
const pageOrApi =
  /\/(?:api|rest|graphql|v\d{1,2}|app|share|shared|embed|watch|view|viewer|player|preview|dashboard|console|projects?|tasks?|jobs?|requests?|generations?|predictions?|status|editor?|docs?|help|login|users?|posts?)(?:\/|$)/i;

/** Beside where the state can be asked for and the task be called off, `result_url` is where to ask for what came of it (RunComfy). */
export function isAskedAt(record: JsonRecord, name: string): boolean {
  const value = /^result_?url$/i.test(name) ? own(record, name) : null;
  return (
    typeof value === 'string' &&
    !endsAsVideo(value) &&
    ['status_url', 'cancel_url', 'statusUrl', 'cancelUrl'].some((each) => Object.hasOwn(record, each))
  );
}
