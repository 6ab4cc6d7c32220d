/**
 * Decides what the person is told, and when: each saved video, each failure with its reason, a tunnel that went down, a
 * library that can keep nothing. More than three notices within ten seconds become one digest, quiet hours hold everything
 * back until they end, and each kind of news can be switched off. It keeps no unread state: that is the task's `seen`, in
 * the library.
 */
import type { InboxEvent, InboxEvents } from '../../common/contract.ts';
import type { Status, TunnelStatus } from '../../common/status.ts';
import type { TaskHead } from '../../common/task-traits.ts';
import type { TaskView } from '../../common/task-view.ts';
import { taskName } from '../../common/task-name.ts';
import { monthOf } from '../../common/month-credits.ts';
import { hereZone } from '../../common/search/match-search.ts';
import { ChangedTasks } from '../local-server/changed-tasks.ts';
import { taskLink } from './deep-link.ts';
import { noticesOf, shorten } from './notices.ts';
import type { Notice, NoticeKind, Notifier } from './notifier.ts';
import { quietForMs } from './quiet-hours.ts';
import type { QuietHours } from './quiet-hours.ts';
import { noticeTexts } from '../../common/texts/en-notices.ts';
import { twinTexts } from '../../common/texts/en-sync.ts';
import { tunnelTextsEn } from '../../common/texts/en-tunnel.ts';
import { createStorageNews } from './storage-news.ts';

export interface NotificationSettings {
  readonly saved: boolean;
  readonly failed: boolean;
  readonly tunnel: boolean;
  /** `null` = never quiet. */
  readonly quietHours: QuietHours | null;
}

export interface NotificationPorts {
  readonly notifier: Notifier;
  /** Read for each notice, so that a change counts at once. */
  readonly settings: () => NotificationSettings;
  /** The poster of a task as a file of this machine; `null` while there is none, or where its store is elsewhere. */
  readonly posterFile: (key: string) => string | null;
  /** Of credits a month; `null` = there is none. */
  readonly budget: () => number | null;
  /** Credits of this month, added up from the library. */
  readonly spent: () => Promise<number>;
  /** Asked once: what was wrong before anyone listened. */
  readonly atStart: () => Promise<Pick<Status, 'storage' | 'tunnel'>>;
  readonly now: () => Date;
}

export interface NotificationService {
  hear(event: InboxEvent): void;
  close(): void;
}

const burstLimit = 3;
const burstMs = 10_000;
/** A tunnel that comes back by itself within this time is nobody's trouble. */
const tunnelGraceMs = 10_000;
/** At a login the network comes later than the app. */
const tunnelFirstMs = 120_000;
const posterWaitMs = 2500;
const longestWaitMs = 60_000;
const rememberedHappenings = 4096;
/** What costs come with is gathered so long: a burst is added up once. */
const budgetWaitMs = 2000;

/** Here, and there for a copy. */
const noTunnel: ReadonlySet<string> = new Set([tunnelTextsEn.none.key, twinTexts.noTunnelThere.key]);

export function createNotificationService(ports: NotificationPorts): NotificationService {
  const { notifier, settings, posterFile, budget, spent, now } = ports;
  let startedMs = now().getTime();
  let wasSetBack = false;
  const told = new Set<string>();
  let shownAt: readonly number[] = [];
  let held = { saved: 0, failed: 0, quiet: false };
  let digestTimer: NodeJS.Timeout | null = null;
  let tunnelTimer: NodeJS.Timeout | null = null;
  /** It was, or should be by now: that it is not is news. */
  let isTunnelUsual = false;
  let tunnelNow: TunnelStatus | null = null;
  /** The message of one that needs the person, once it was told. */
  let toldBlocked: string | null | undefined;
  const awaited = new Map<string, { readonly notices: Notice[]; readonly timer: NodeJS.Timeout }>();

  /** The month and the budget that were told of. */
  let passed = '';
  let budgetTimer: NodeJS.Timeout | null = null;

  /** @param isTold what an earlier run has told of is not told again. */
  async function lookAtBudget(isTold: boolean): Promise<void> {
    budgetTimer = null;
    const limit = budget();
    if (limit === null) return;
    const name = `${monthOf(now(), hereZone())} ${String(limit)}`;
    if (passed === name) return;
    const credits = await spent();
    if (credits <= limit) return;
    passed = name;
    if (isTold) return;
    const body = noticeTexts.budgetBody(Math.round(credits), limit);
    offer({ id: 'budget', kind: 'hint', title: noticeTexts.budgetTitle, body, imagePath: null, deepLink: null });
  }
  const budgetAtStart = lookAtBudget(true).catch(() => undefined);

  /** Nothing of it is counted in a digest: quiet hours are waited for. */
  const storageNews = createStorageNews((notice) => {
    if (quietForMs(settings().quietHours, now()) > 0) return false;
    offer(notice);
    return true;
  });
  let isClosed = false;
  ports.atStart().then(
    ({ storage, tunnel }) => {
      if (isClosed) return;
      storageNews.begin(storage);
      if (tunnelNow === null) hearTunnel(tunnel);
    },
    // Its page tells of worse.
    () => undefined,
  );

  function hearCosts(tasks: readonly TaskView[]): void {
    const isCostly = tasks.some(({ credits, cost }) => credits !== null || cost !== undefined);
    if (!isCostly || budgetTimer !== null || budget() === null) return;
    budgetTimer = setTimeout(
      () => void budgetAtStart.then(() => lookAtBudget(false)).catch(() => undefined),
      budgetWaitMs,
    );
    budgetTimer.unref();
  }

  /**
   * What came before was told by an earlier run, or happened while the person was away and waits in the library as unseen.
   * Where the clock was set back behind our start, the news begin there, and what it noted while it was ahead is none.
   */
  function newsAt(): (at: string) => boolean {
    const time = now().getTime();
    if (time < startedMs) {
      startedMs = time - burstMs;
      wasSetBack = true;
    }
    const since = new Date(startedMs).toISOString();
    const until = wasSetBack ? new Date(time + burstMs).toISOString() : null;
    return (at) => at >= since && (until === null || at <= until);
  }

  function hearTasks(tasks: readonly TaskView[]): void {
    const isNews = newsAt();
    for (const task of tasks) {
      const picture = task.poster === null ? null : posterFile(task.key);
      for (const { happening, at, notice } of noticesOf(task, picture)) {
        if (!isNews(at) || told.has(happening)) continue;
        remember(happening);
        if (notice.kind === 'saved' && task.poster === null) awaitPoster(task.key, notice);
        else offer(notice);
      }
      if (task.poster !== null) tellAwaited(task.key, picture);
    }
  }

  /** Of nearly all callbacks nothing is told, since their videos are still to come. */
  function mayBeTold({ key, state, videos }: TaskHead): boolean {
    return state === 'failed' || awaited.has(key) || videos.some((video) => video.state !== 'queued');
  }

  /** The poster is often a moment behind its video: it is waited for, not long. */
  function awaitPoster(key: string, notice: Notice): void {
    const waiting = awaited.get(key);
    if (waiting !== undefined) {
      waiting.notices.push(notice);
      return;
    }
    const timer = setTimeout(() => tellAwaited(key, null), posterWaitMs);
    timer.unref();
    awaited.set(key, { notices: [notice], timer });
  }

  function tellAwaited(key: string, imagePath: string | null): void {
    const waiting = awaited.get(key);
    if (waiting === undefined) return;
    awaited.delete(key);
    clearTimeout(waiting.timer);
    for (const notice of waiting.notices) offer({ ...notice, imagePath });
  }

  function remember(happening: string): void {
    told.add(happening);
    if (told.size <= rememberedHappenings) return;
    const [oldest] = told;
    if (oldest !== undefined) told.delete(oldest);
  }

  function hearDying(links: InboxEvents['links:dying']['links']): void {
    const [first] = links;
    if (first === undefined) return;
    const { task, diesAt } = first;
    const minutes = Math.max(1, Math.round((Date.parse(diesAt) - now().getTime()) / 60_000));
    offer({
      id: `dying ${task.key}`,
      kind: 'failed',
      title: noticeTexts.dyingTitle(links.length, minutes),
      body: noticeTexts.dyingBody(shorten(taskName(task) ?? task.taskId)),
      imagePath: null,
      deepLink: taskLink(task.key),
    });
  }

  function hearTunnel(status: TunnelStatus): void {
    tunnelNow = status;
    const isUp = status.state === 'online' || status.state === 'degraded';
    // Nor is it news that the person wants none.
    if (isUp || noTunnel.has(status.text?.key ?? '')) {
      isTunnelUsual = isUp;
      if (isUp) clearTimeout(firstUpTimer);
      toldBlocked = undefined;
      if (tunnelTimer !== null) clearTimeout(tunnelTimer);
      tunnelTimer = null;
      return;
    }
    if (tunnelTimer !== null || !isTunnelNews()) return;
    tunnelTimer = setTimeout(tellTunnel, tunnelGraceMs);
    tunnelTimer.unref();
  }

  /** It went down; or it needs the person, which at a start nobody would know of without a window. */
  function isTunnelNews(): boolean {
    return isTunnelUsual || (tunnelNow?.state === 'blocked' && tunnelNow.message !== toldBlocked);
  }

  /** Who starts at the login, without a window, is seen by nobody. */
  const firstUpTimer = setTimeout(() => {
    if (tunnelNow === null || tunnelNow.kind === 'none' || toldBlocked !== undefined) return;
    isTunnelUsual = true;
    if (tunnelTimer === null) tellTunnel();
  }, tunnelFirstMs);
  firstUpTimer.unref();

  function tellTunnel(): void {
    tunnelTimer = null;
    if (!isTunnelNews()) return;
    isTunnelUsual = false;
    if (tunnelNow?.state === 'blocked') toldBlocked = tunnelNow.message;
    offer({
      id: 'tunnel',
      kind: 'tunnel',
      title: noticeTexts.tunnelTitle,
      body: tunnelNow?.message ?? noticeTexts.tunnelBody,
      imagePath: null,
      deepLink: null,
    });
  }

  /** Shows the notice now, or counts it for a digest. */
  function offer(notice: Notice): void {
    const { quietHours, ...chosen } = settings();
    const kinds = { ...chosen, storage: true, digest: true, hint: true } satisfies Record<NoticeKind, boolean>;
    if (!kinds[notice.kind]) return;
    const quietMs = quietForMs(quietHours, now());
    const time = now().getTime();
    shownAt = shownAt.filter((at) => Math.abs(time - at) < burstMs);
    // The quiet ended while the machine slept, or by a setting: its timer knows nothing of either.
    if (quietMs === 0 && held.quiet) tellHeld();
    if (quietMs > 0) {
      hold(notice, quietMs, true);
    } else if (notice.kind !== 'storage' && (digestTimer !== null || shownAt.length >= burstLimit)) {
      hold(notice, Math.min(burstMs, burstMs - (time - (shownAt[0] ?? time))), false);
    } else {
      shownAt = [...shownAt, time];
      notifier.show(notice);
    }
  }

  function hold(notice: Notice, waitMs: number, quiet: boolean): void {
    const isFailure = notice.kind !== 'saved';
    held = {
      saved: held.saved + (isFailure ? 0 : 1),
      failed: held.failed + (isFailure ? 1 : 0),
      quiet: held.quiet || quiet,
    };
    if (digestTimer === null) tellHeldIn(waitMs);
  }

  /** Timers stand still while the machine sleeps: the time of day is looked at again and again. */
  function tellHeldIn(waitMs: number): void {
    digestTimer = setTimeout(tellHeld, Math.min(waitMs, longestWaitMs));
    digestTimer.unref();
  }

  function tellHeld(): void {
    if (digestTimer !== null) clearTimeout(digestTimer);
    digestTimer = null;
    const quietMs = quietForMs(settings().quietHours, now());
    if (quietMs > 0) {
      tellHeldIn(quietMs);
      return;
    }
    const { saved, failed, quiet } = held;
    held = { saved: 0, failed: 0, quiet: false };
    if (saved + failed === 0) return;
    notifier.show({
      id: 'digest',
      kind: 'digest',
      title: quiet ? noticeTexts.quietTitle : noticeTexts.digestTitle,
      body: noticeTexts.digestBody(saved, failed),
      imagePath: null,
      deepLink: null,
    });
  }

  return {
    hear(event) {
      if (event.name === 'tasks:changed') {
        const { data } = event;
        // What a task costs is in none of its heads.
        const tasks = data instanceof ChangedTasks && budget() === null ? data.only(mayBeTold) : data.tasks;
        hearTasks(tasks);
        hearCosts(tasks);
      } else if (event.name === 'tunnel:changed') hearTunnel(event.data);
      else if (event.name === 'links:dying') hearDying(event.data.links);
      else if (event.name === 'storage:changed') storageNews.hear(event.data);
    },
    close() {
      isClosed = true;
      storageNews.close();
      clearTimeout(firstUpTimer);
      if (digestTimer !== null) clearTimeout(digestTimer);
      if (tunnelTimer !== null) clearTimeout(tunnelTimer);
      if (budgetTimer !== null) clearTimeout(budgetTimer);
      for (const { timer } of awaited.values()) clearTimeout(timer);
      notifier.close();
    },
  };
}
