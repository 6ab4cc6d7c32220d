/**
 * Decides what the person is told, and when: each saved video, each failure with its reason, a tunnel that went down.
 * More than three notices within ten seconds become one digest, quiet hours hold everything back until they end, and
 * each kind can be switched off. It keeps no unread state: that is the task's `seen`, in the library.
 */
import type { InboxEvent, InboxEvents } from '../../common/contract.ts';
import type { TunnelStatus } from '../../common/status.ts';
import type { TaskHead } from '../../common/task-traits.ts';
import type { TaskView } from '../../common/task-view.ts';
import { monthOf } from '../../common/month-credits.ts';
import { hereZone } from '../../common/search/match-search.ts';
import { ChangedTasks } from '../local-server/changed-tasks.ts';
import { taskLink } from './deep-link.ts';
import { noticesOf, shorten } from './notices.ts';
import type { Notice, Notifier } from './notifier.ts';
import { quietForMs } from './quiet-hours.ts';
import type { QuietHours } from './quiet-hours.ts';
import { noticeTexts } from '../../common/texts/en-notices.ts';

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
const posterWaitMs = 2500;
const rememberedHappenings = 4096;
/** What costs come with is gathered so long: a burst is added up once. */
const budgetWaitMs = 2000;

export function createNotificationService(ports: NotificationPorts): NotificationService {
  const { notifier, settings, posterFile, budget, spent, now } = ports;
  const startedAt = now().toISOString();
  const told = new Set<string>();
  let shownAt: readonly number[] = [];
  let held = { saved: 0, failed: 0, quiet: false };
  let digestTimer: NodeJS.Timeout | null = null;
  let tunnelTimer: NodeJS.Timeout | null = null;
  let tunnelWasUp = false;
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
  const atStart = lookAtBudget(true).catch(() => undefined);

  function hearCosts(tasks: readonly TaskView[]): void {
    const isCostly = tasks.some(({ credits, cost }) => credits !== null || cost !== undefined);
    if (!isCostly || budgetTimer !== null || budget() === null) return;
    budgetTimer = setTimeout(() => void atStart.then(() => lookAtBudget(false)).catch(() => undefined), budgetWaitMs);
    budgetTimer.unref();
  }

  function hearTasks(tasks: readonly TaskView[]): void {
    for (const task of tasks) {
      const picture = task.poster === null ? null : posterFile(task.key);
      for (const { happening, at, notice } of noticesOf(task, picture)) {
        // What lies before our start was told by an earlier run, or happened while the person was away and waits in
        // the library as unseen.
        if (at < startedAt || told.has(happening)) continue;
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
      body: noticeTexts.dyingBody(shorten(task.title ?? task.prompt ?? task.taskId)),
      imagePath: null,
      deepLink: taskLink(task.key),
    });
  }

  function hearTunnel(status: TunnelStatus): void {
    const isUp = status.state === 'online' || status.state === 'degraded';
    if (isUp) {
      tunnelWasUp = true;
      if (tunnelTimer !== null) clearTimeout(tunnelTimer);
      tunnelTimer = null;
      return;
    }
    if (!tunnelWasUp || tunnelTimer !== null) return;
    tunnelTimer = setTimeout(() => {
      tunnelWasUp = false;
      tunnelTimer = null;
      offer({
        id: 'tunnel',
        kind: 'tunnel',
        title: noticeTexts.tunnelTitle,
        body: status.message ?? noticeTexts.tunnelBody,
        imagePath: null,
        deepLink: null,
      });
    }, tunnelGraceMs);
    tunnelTimer.unref();
  }

  /** Shows the notice now, or counts it for a digest. */
  function offer(notice: Notice): void {
    const { quietHours, ...kinds } = settings();
    if (notice.kind !== 'digest' && notice.kind !== 'hint' && !kinds[notice.kind]) return;
    const quietMs = quietForMs(quietHours, now());
    const time = now().getTime();
    shownAt = shownAt.filter((at) => time - at < burstMs);
    if (quietMs > 0) {
      hold(notice, quietMs, true);
    } else if (digestTimer !== null || shownAt.length >= burstLimit) {
      hold(notice, burstMs - (time - (shownAt[0] ?? time)), false);
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
    if (digestTimer !== null) return;
    digestTimer = setTimeout(tellHeld, waitMs);
    digestTimer.unref();
  }

  function tellHeld(): void {
    digestTimer = null;
    const quietMs = quietForMs(settings().quietHours, now());
    if (quietMs > 0) {
      digestTimer = setTimeout(tellHeld, quietMs);
      digestTimer.unref();
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
    },
    close() {
      if (digestTimer !== null) clearTimeout(digestTimer);
      if (tunnelTimer !== null) clearTimeout(tunnelTimer);
      if (budgetTimer !== null) clearTimeout(budgetTimer);
      for (const { timer } of awaited.values()) clearTimeout(timer);
      notifier.close();
    },
  };
}
