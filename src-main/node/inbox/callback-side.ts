/** The public side of the inbox: everything between the callback listener's port and the journal. */
import type { Draft } from '../../common/events.ts';
import { providerFamily, type SecretName } from '../../common/providers/catalog.ts';
import type { ResultReading } from '../../common/providers/reading.ts';
import type { RequestDetail } from '../../common/requests.ts';
import { createLongBodies } from '../callbacks/body/long-bodies.ts';
import { createCallbackApp } from '../callbacks/callback-app.ts';
import type { CallbackUrls } from '../callbacks/callback-urls.ts';
import { createDayLimits } from '../callbacks/day-limits.ts';
import { createDiskFloor, type LowDisk } from '../callbacks/disk-floor.ts';
import { createIntake } from '../callbacks/intake.ts';
import { followSecrets } from '../callbacks/kept-body.ts';
import { openRequestLog } from '../callbacks/requests/request-log.ts';
import { createRequestRecorder } from '../callbacks/requests/request-recorder.ts';
import { createRequestService, type RequestService } from '../callbacks/requests/request-service.ts';
import { createAddressList } from '../callbacks/sender-address.ts';
import { byToldTime } from '../callbacks/signatures/by-told-time.ts';
import { createKeySets } from '../callbacks/signatures/key-sets.ts';
import { verifySignature } from '../callbacks/signatures/verify.ts';
import type { UseExchange } from '../callbacks/url-use.ts';
import { keepInlineFilm } from '../downloads/inline-films.ts';
import { createHttpListener, type HttpListener } from '../http-listener.ts';
import type { RightOfWay } from '../downloads/right-of-way.ts';
import type { Library } from '../projections/library.ts';
import { roomAt } from '../storage/free-bytes.ts';
import type { Probe } from '../tunnel/reachability.ts';
import type { SwitchableTunnel } from '../tunnel/switchable-tunnel.ts';
import type { InboxBase } from './inbox-base.ts';

export interface CallbackSidePorts {
  readonly library: Pick<Library, 'get' | 'record' | 'recordAll' | 'tasksOf' | 'signedBody' | 'onChange' | 'onHealth'>;
  readonly urls: CallbackUrls;
  /** What other machines take through the same callback URLs. */
  readonly use: UseExchange;
  readonly tunnel: Pick<SwitchableTunnel, 'snapshot'>;
  readonly probe: Pick<Probe, 'claim'>;
  readonly rightOfWay: Pick<RightOfWay, 'callbackCame'>;
  /** The built `body-worker.cjs`. */
  readonly bodyWorkerFile: string;
}

export interface CallbackSide {
  readonly requests: RequestService;
  /** Where callbacks are refused for lack of room on the disk: what is left, and what there must be. */
  diskLow(): Promise<LowDisk | null>;
  /** From here on callbacks are taken; once, when all that acts on them is there. @throws InboxError where the port is taken. */
  listen(): Promise<{ readonly port: number }>;
}

const usualPort = 4747;
const mebibyte = 1024 * 1024;
const answerGraceMs = 2500;

export async function openCallbackSide(base: InboxBase, ports: CallbackSidePorts): Promise<CallbackSide> {
  const { closers, config, dir, publish, secrets, settings, now, toldTime, outgoing, log } = base;
  const { library, urls, tunnel, probe, rightOfWay } = ports;
  const keySet = createKeySets(outgoing.fetch, now);
  const requestLog = await openRequestLog({ dir: dir.requests, log, now });
  const stopFollowingRequests = requestLog.onChange((data) => publish({ name: 'requests:changed', data }));
  const redactor = followSecrets(() => [urls.tokens(), secrets.values()]);
  const record = createRequestRecorder(requestLog, redactor, () => performance.now());
  const dayLimits = createDayLimits(
    () => {
      const { tasksPerDay, keptMiBPerDay } = settings.get().callbacks;
      return { tasks: tasksPerDay, bytes: keptMiBPerDay * mebibyte };
    },
    now,
    (urlId) => ports.use.elsewhere(urlId),
  );
  const longBodies = createLongBodies(ports.bodyWorkerFile, log);
  closers.add('long bodies', () => longBodies.close());
  const hits = new Map<string, number>();
  ports.use.report(() => {
    const days = new Map(dayLimits.used().map((day) => [day.urlId, day]));
    return [...hits].map(([urlId, count]) => ({
      ...(days.get(urlId) ?? { urlId, ageMs: 0, tasks: 0, bytes: 0 }),
      hits: count,
    }));
  });
  const intake = createIntake({
    // What one body says of several tasks goes in one piece.
    record: (drafts) => library.recordAll(drafts, 'callback'),
    tasksOf: (taskId) => library.tasksOf(taskId),
    signedBody: (taskId, replayKey) => library.signedBody(taskId, replayKey),
    verify: ({ url, provider, headers, rawBody, signedIds, isRequired }) =>
      byToldTime(
        (at) =>
          verifySignature({
            provider,
            headers,
            rawBody,
            signedIds,
            isRequired,
            keySet,
            secrets: (name: SecretName) => secrets.get(name),
            mayLack: (name) => secrets.mayLack(name),
            now: at,
            windowSeconds: settings.get().callbacks.signatureWindowSeconds,
            isOurUrl: (address) => address === `${tunnel.snapshot().publicUrl ?? ''}/c/${url.token}`,
          }),
        now(),
        () => toldTime.now(),
      ),
    limits,
    readLong: (bytes, sender, redact) => longBodies.read(bytes, sender, redact),
    dayLimits,
    keepFilm: (film) => keepInlineFilm(dir, film, Date.now()),
    requireSignature: () => config.requireSignature,
    redactor,
    namesAnotherFilm: (key) => library.get(key)?.history.at(-1)?.kind === 'conflict',
    now,
    log,
  });
  const stopFollowingTasks = library.onChange(({ event, key }) => {
    if (event.type === 'purged') intake.purged(key);
  });
  const stopFollowingHealth = library.onHealth(({ state }) => {
    if (state === 'gone') intake.logGone();
  });
  function limits(): { readonly bodyBytes: number; readonly filmBodyBytes: number } {
    const { bodyLimitMiB, filmBodyLimitMiB } = settings.get().callbacks;
    return { bodyBytes: Math.round(bodyLimitMiB * mebibyte), filmBodyBytes: Math.round(filmBodyLimitMiB * mebibyte) };
  }
  let admits = createAddressList(settings.get().callbacks.allowAddresses);
  const stopFollowingSettings = settings.onChange((values) => {
    admits = createAddressList(values.callbacks.allowAddresses);
  });
  const diskFloor = createDiskFloor({
    room: () => roomAt(dir.requests),
    floorBytes: () => {
      const { minFreeMiB } = settings.get().callbacks;
      return minFreeMiB === null ? null : minFreeMiB * mebibyte;
    },
    nowMs: () => performance.now(),
  });
  const app = createCallbackApp({
    find: (token) => urls.find(token),
    claimProbe: (token) => probe.claim(token),
    accept: intake.accept,
    diskFloor,
    limits,
    used: (id) => urls.used(id),
    hit: (id) => void hits.set(id, (hits.get(id) ?? 0) + 1),
    perSecondElsewhere: (id) => ports.use.elsewhere(id).perSecond,
    answered: record,
    now,
    tunnel: () => tunnel.snapshot().kind,
    admits: (address) => admits(address),
    nowMs: () => performance.now(),
    log,
  });
  let listening: HttpListener | null = null;
  const listener = createHttpListener({
    name: 'callback',
    flag: 'callback-port',
    port: config.callbackPort,
    usualPort,
    app: {
      handle(incoming, outgoing) {
        rightOfWay.callbackCame();
        app.handle(incoming, outgoing);
      },
    },
    maxConnections: 2048,
    // Longer than the tunnels and proxies before it, which keep theirs for 60 or 90 s: what they send on one that we are just
    // closing is answered 502 by them, and not sent again.
    keepAliveMs: 100_000,
    // Each body has its own deadline, which lets a large one take as long as it moves.
    wholeMs: 0,
  });
  // Takes nothing new, and ends what is being answered.
  closers.add('callbacks', async () => {
    await listening?.close(answerGraceMs);
    await intake.close();
    stopFollowingTasks();
    stopFollowingHealth();
    stopFollowingRequests();
    await requestLog.close();
    stopFollowingSettings();
  });
  return {
    async listen() {
      listening = await listener.listen();
      return listening;
    },
    diskLow: async () => diskFloor.check(0),
    requests: createRequestService({
      log: requestLog,
      secret: (name) => secrets.get(name),
      now,
      fetch: outgoing.fetch,
      urlOf: (urlId) => urls.list().find(({ id }) => id === urlId) ?? null,
      takeOver: (request, readings) => takeOver(library, request, readings),
    }),
  };
}

/** What today's reader sees in a kept request is one more result of its task; of what was refused the body is new. */
async function takeOver(
  library: Pick<Library, 'recordAll'>,
  request: RequestDetail,
  readings: readonly ResultReading[],
): Promise<void> {
  const { urlId, headers, body, bodyEncoding, bodySha256, remote } = request;
  const evidence = { urlId, headers, bodyEncoding, bodySha256: bodySha256 ?? '', replayKey: null, remote };
  const drafts = readings.map(({ provider, certain, taskId, result }, index): Draft<'result'> => {
    const isItsOwn = request.key !== null && (readings.length === 1 || taskId === request.taskId);
    return {
      type: 'result',
      source: 'reread',
      read: { provider, certain, family: providerFamily(provider), taskId, result },
      trust: request.trust === 'signed' ? 'signed' : 'unsigned',
      evidence: request.outcome === 'stored' ? null : { ...evidence, body: index === 0 ? body : null },
      tags: [],
      ...(isItsOwn ? { key: request.key } : {}),
    };
  });
  await library.recordAll(drafts);
}
