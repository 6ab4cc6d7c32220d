/** Asks for a file the way that a person would get it: as a browser where programs are refused, and by the name in a message. */
import { DownloadFault } from './download-fault.ts';
import { faultOfConnection, type HttpSource, type OpenedFile } from './http-source.ts';
import { fileNamedIn } from './named-file.ts';
import { fileOfShare } from './share-link.ts';
import { watchStall, type StallLimits } from './stall-watch.ts';

interface OpenPorts {
  readonly source: HttpSource;
  readonly stall: StallLimits;
}

type Headers = Readonly<Record<string, string>>;

/** @throws DownloadFault, or the reason of the attempt's end */
export async function openFile(
  ports: OpenPorts,
  url: string,
  headers: Headers,
  attempt: AbortController,
): Promise<OpenedFile> {
  const opened = await openAsAsked(ports, fileOfShare(url), headers, attempt.signal);
  const { host } = opened.url;
  const named = await beforeBody(ports, attempt, host, () => fileNamedIn(opened, url)).catch((error: unknown) => {
    opened.body.cancel();
    throw error;
  });
  if (named === null) return opened;
  opened.body.cancel();
  return openAsAsked(ports, named, headers, attempt.signal);
}

/**
 * What is read of an answer before its body is moved: a host that falls silent here would hold its place for hours.
 * @throws DownloadFault, or the reason of the attempt's end
 */
export async function beforeBody<T>(
  ports: Pick<OpenPorts, 'stall'>,
  attempt: AbortController,
  host: string,
  read: () => Promise<T>,
): Promise<T> {
  const stall = watchStall(ports.stall, () => attempt.abort(new DownloadFault({ reason: 'stalled', host })));
  stall.waiting(true);
  try {
    return await read();
  } catch (error) {
    attempt.signal.throwIfAborted();
    throw faultOfConnection(error, host) ?? error;
  } finally {
    stall.stop();
  }
}

/** What hosts answer to a program that they do not know; some give it a page to read instead of the file. */
const refusalsOfPrograms = new Set([400, 401, 403, 406, 418, 451]);

function refusesPrograms({ status, headers }: OpenedFile, asked: Headers): boolean {
  if (status === 416) return asked['range'] === undefined;
  return refusalsOfPrograms.has(status) || (status === 200 && /^text\/html\b/i.test(headers['content-type'] ?? ''));
}

/**
 * Some hosts refuse unknown programs, want a referrer or give their films to players alone, which ask for a range: after a refusal it
 * is asked once more as a browser would.
 */
async function openAsAsked(ports: OpenPorts, url: string, headers: Headers, signal: AbortSignal): Promise<OpenedFile> {
  const opened = await ports.source.open(url, headers, signal);
  if (!refusesPrograms(opened, headers)) return opened;
  opened.body.cancel();
  const asked = opened.status === 200 ? headers : { range: 'bytes=0-', ...headers };
  return ports.source.open(url, asked, signal, 'browser');
}
