import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { InboxEvent } from '../../../src-main/common/contract.ts';
import type { Status, StorageStatus, TunnelStatus } from '../../../src-main/common/status.ts';
import { healthyStorage } from '../../../src-main/common/storage-health.ts';
import { twinTexts } from '../../../src-main/common/texts/en-sync.ts';
import { tunnelTextsEn } from '../../../src-main/common/texts/en-tunnel.ts';
import { told } from '../../../src-main/common/texts/sentence.ts';
import type { HistoryEntry } from '../../../src-main/common/model.ts';
import type { TaskHead } from '../../../src-main/common/task-traits.ts';
import type { TaskView } from '../../../src-main/common/task-view.ts';
import { ChangedTasks } from '../../../src-main/node/local-server/changed-tasks.ts';
import { createNotificationService } from '../../../src-main/node/notifications/notification-service.ts';
import type { NotificationSettings } from '../../../src-main/node/notifications/notification-service.ts';
import type { Notice } from '../../../src-main/node/notifications/notifier.ts';
import type { VideoStore } from '../../../src-main/node/video-store/video-store.ts';
import { sampleTask } from '../../renderer/support/sample-task.ts';

const allKinds: NotificationSettings = { saved: true, failed: true, tunnel: true, quietHours: null };
const start = new Date('2026-11-21T12:00:00.000');
const later = (seconds: number): string => new Date(start.getTime() + seconds * 1000).toISOString();

function task(taskId: string, history: readonly HistoryEntry[], fields: Partial<TaskView> = {}): TaskView {
  const at = start.toISOString();
  return sampleTask(taskId, 0, {
    prompt: 'A red fox in the snow',
    receivedAt: at,
    updatedAt: at,
    seen: false,
    poster: 'posters/fox.jpg',
    videos: [],
    history,
    ...fields,
  });
}

const saved = (taskId: string, seconds = 1): TaskView =>
  task(taskId, [{ at: later(seconds), kind: 'saved', video: 1 }]);

type AtStart = Pick<Status, 'storage' | 'tunnel'>;

function tunnelOf(state: TunnelStatus['state'], message: string | null = null): TunnelStatus {
  return { kind: 'ngrok', state, publicUrl: null, callbackUrl: 'http://127.0.0.1/', provenAt: null, message };
}

function tunnel(state: TunnelStatus['state'], message: string | null = null): InboxEvent {
  return { name: 'tunnel:changed', data: tunnelOf(state, message) };
}

const well: StorageStatus = { ...healthyStorage, message: null };
const full: StorageStatus = { state: 'full', code: 'disk-full', params: {}, message: 'The disk is full.' };
const waiting: StorageStatus = { state: 'ok', code: 'downloads-wait', params: {}, message: 'New videos wait.' };
const storage = (data: StorageStatus): InboxEvent => ({ name: 'storage:changed', data });

function changed(...tasks: readonly TaskView[]): InboxEvent {
  const counts = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] };
  return { name: 'tasks:changed', data: { tasks, counts } };
}

function createScene(
  settings: Partial<NotificationSettings> = {},
  store: Pick<VideoStore, 'localPath'> = { localPath: (name) => path.posix.join('/library', name) },
  { budget, spent }: { budget: number | null; spent: number } = { budget: null, spent: 0 },
  atStart: Promise<AtStart> = Promise.resolve({ storage: well, tunnel: tunnelOf('online') }),
) {
  const shown: Notice[] = [];
  /** `added`: how often it was added up what was spent. */
  const money = { budget, spent, added: 0 };
  const service = createNotificationService({
    notifier: { show: (notice) => shown.push(notice), close: () => undefined },
    settings: () => ({ ...allKinds, ...settings }),
    budget: () => money.budget,
    spent: () => {
      money.added += 1;
      return Promise.resolve(money.spent);
    },
    posterFile: () => store.localPath('posters/fox.jpg'),
    atStart: () => atStart,
    now: () => new Date(),
  });
  return { shown, service, money, titles: () => shown.map(({ title }) => title) };
}

describe('notification service', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.setSystemTime(start);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("takes strangers' words on one line, without what ends a text, commands a terminal or turns our own words", () => {
    const { service, shown } = createScene();
    const history: HistoryEntry[] = [{ at: later(1), kind: 'saved', video: 1 }];
    const words = 'a\u0000b \u001b]0;c\u0007\n\u202ed';
    service.hear(changed(task('a', history, { prompt: words })));
    service.hear(changed(task('b', [{ at: later(1), kind: 'callback', state: 'failed' }], { message: words })));
    expect(shown.map(({ body }) => body)).toEqual(['a b ]0;c d', 'a b ]0;c d']);
  });

  it('warns of links that die before their videos are saved', () => {
    const { service, shown } = createScene();
    const links = [{ task: saved('a'), diesAt: later(42 * 60) }];
    service.hear({ name: 'links:dying', data: { links } });
    expect(shown).toMatchObject([
      { kind: 'failed', title: 'A link dies in 42 min', deepLink: 'video-inbox://task/kie-luma%3Aa' },
    ]);
    expect(shown[0]?.body).toContain('A red fox in the snow');
  });

  describe('of a library that can keep nothing', () => {
    it('tells whoever has no window open, once, until it was well again', () => {
      const { service, shown, titles } = createScene();
      service.hear(storage(full));
      vi.advanceTimersByTime(9000);
      expect(shown).toEqual([]);
      vi.advanceTimersByTime(1000);
      expect(shown).toMatchObject([{ title: 'The library can keep nothing new', body: 'The disk is full.' }]);
      service.hear(storage({ ...full, code: 'disk-low' }));
      service.hear(storage(waiting));
      service.hear(storage(full));
      vi.advanceTimersByTime(20_000);
      expect(shown).toHaveLength(1);
      service.hear(storage(well));
      service.hear(storage(full));
      vi.advanceTimersByTime(10_000);
      expect(titles()).toEqual(Array(2).fill('The library can keep nothing new'));
    });

    it('says nothing of what is over within a moment, or of a slow disk', () => {
      const { service, shown } = createScene();
      service.hear(storage(full));
      vi.advanceTimersByTime(9000);
      service.hear(storage(well));
      service.hear(storage({ state: 'slow', code: 'slow-disk', params: { seconds: 5 }, message: 'slow' }));
      vi.advanceTimersByTime(60_000);
      expect(shown).toEqual([]);
    });

    it('tells of videos that wait for room, and then of worse', () => {
      const { service, titles } = createScene();
      service.hear(storage(waiting));
      vi.advanceTimersByTime(10_000);
      service.hear(storage(full));
      vi.advanceTimersByTime(10_000);
      expect(titles()).toEqual(['New videos wait for room on the disk', 'The library can keep nothing new']);
    });

    it('tells of what was so before anyone listened', async () => {
      const found = Promise.resolve({ storage: full, tunnel: tunnelOf('connecting') });
      const { titles } = createScene({}, undefined, undefined, found);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(titles()).toEqual(['The library can keep nothing new']);
    });

    it('knows what it heard better than what was so before', async () => {
      const found = Promise.resolve({ storage: full, tunnel: tunnelOf('offline') });
      const { service, shown } = createScene({}, undefined, undefined, found);
      service.hear(storage(well));
      service.hear(tunnel('online'));
      await vi.advanceTimersByTimeAsync(200_000);
      expect(shown).toEqual([]);
    });

    it('waits for the end of quiet hours, and says nothing of what is over by then', () => {
      const quietHours = { from: '11:30', until: '12:30' };
      const [stays, passes] = [createScene({ quietHours }), createScene({ quietHours })];
      stays.service.hear(storage(full));
      passes.service.hear(storage(full));
      vi.advanceTimersByTime(29 * 60_000);
      passes.service.hear(storage(well));
      expect(stays.shown).toEqual([]);
      vi.advanceTimersByTime(10 * 60_000);
      expect(stays.titles()).toEqual(['The library can keep nothing new']);
      expect(passes.shown).toEqual([]);
    });

    it('does not count it in a digest, nor with the kinds that can be switched off', () => {
      const { service, titles } = createScene({ failed: false, tunnel: false });
      service.hear(storage(full));
      vi.advanceTimersByTime(9999);
      for (const id of ['a', 'b', 'c', 'd']) service.hear(changed(saved(id)));
      vi.advanceTimersByTime(1);
      expect(titles()).toContain('The library can keep nothing new');
    });
  });

  it('looks only at tasks of which there may be something to tell', () => {
    const { service, shown, money } = createScene();
    const queued = { index: 1, url: 'https://cdn.example/a.mp4', state: 'queued' } as never;
    const tasks = [
      task('making', [{ at: later(1), kind: 'callback', state: 'succeeded' }], { videos: [queued] }),
      task('broke', [{ at: later(1), kind: 'callback', state: 'failed' }], { state: 'failed' }),
      task('here', [{ at: later(1), kind: 'saved', video: 1 }], { videos: [{ state: 'saved' } as never] }),
    ];
    const seen: string[] = [];
    const byKey = (key: string): TaskView | undefined => tasks.find((each) => each.key === key);
    const data = new ChangedTasks(
      tasks.map(({ key }) => key),
      {
        head: (key) => byKey(key) as TaskHead | undefined,
        view(key) {
          seen.push(key);
          return byKey(key);
        },
        counts: () => ({ inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] }),
      },
    );
    service.hear({ name: 'tasks:changed', data });
    expect(shown.map(({ kind }) => kind)).toEqual(['failed', 'saved']);
    expect(seen).toEqual(['kie-luma:broke', 'kie-luma:here']);
    // What each costs stands in the tasks themselves.
    money.budget = 100;
    service.hear({ name: 'tasks:changed', data });
    expect(seen.slice(2)).toEqual(['kie-luma:making', 'kie-luma:broke', 'kie-luma:here']);
  });

  it('tells once a month that its budget is spent, and again of a higher one', async () => {
    const { service, money, titles, shown } = createScene();
    const costly = changed(task('a', [], { credits: 60 }));
    const spend = async (spent: number): Promise<void> => {
      money.spent = spent;
      for (let i = 0; i < 3; i += 1) service.hear(costly);
      await vi.advanceTimersByTimeAsync(20_000);
    };
    await spend(60);
    money.budget = 100;
    await spend(100);
    expect(titles()).toEqual([]);
    await spend(160);
    await spend(220);
    expect(titles()).toEqual(['The budget of this month is spent']);
    expect(shown[0]).toMatchObject({ kind: 'hint', body: '160 of 100 credits. Nothing stops by itself.' });
    money.budget = 250;
    await spend(300);
    expect(titles()).toHaveLength(2);
    vi.setSystemTime(new Date('2026-12-03T12:00:00.000'));
    await spend(320);
    expect(titles()).toHaveLength(3);
  });

  it('takes for a month what is one here, and adds nothing up while it has told of it', async () => {
    vi.stubEnv('TZ', 'Asia/Tokyo');
    const { service, money, titles } = createScene({}, undefined, { budget: 100, spent: 0 });
    const spend = async (at: string, spent: number): Promise<void> => {
      vi.setSystemTime(new Date(at));
      money.spent = spent;
      service.hear(changed(task('a', [], { credits: 60 })));
      await vi.advanceTimersByTimeAsync(20_000);
    };
    try {
      await spend('2026-11-30T12:00:00+09:00', 160);
      const { added } = money;
      await spend('2026-11-30T13:00:00+09:00', 220);
      expect([titles().length, money.added]).toEqual([1, added]);
      // In Greenwich it is November still.
      await spend('2026-12-01T05:00:00+09:00', 120);
      expect(titles()).toHaveLength(2);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('does not tell again after a start what was spent before it', async () => {
    const { service, titles } = createScene({}, undefined, { budget: 100, spent: 160 });
    service.hear(changed(task('a', [], { credits: 60 })));
    await vi.advanceTimersByTimeAsync(20_000);
    expect(titles()).toEqual([]);
  });

  it('calls a task by the name that the person gave it', () => {
    const { service, shown } = createScene();
    const history: readonly HistoryEntry[] = [{ at: later(1), kind: 'saved', video: 1 }];
    service.hear(changed(task('a', history, { title: 'Opening shot' }), task('b', history, { prompt: ' \u200b' })));
    expect(shown.map(({ body }) => body)).toEqual(['Opening shot', 'Task b']);
  });

  it('tells of a saved video with its prompt, provider, poster and the way to it', () => {
    const { shown, service } = createScene();
    service.hear(changed(saved('a')));
    expect(shown).toMatchObject([
      {
        kind: 'saved',
        title: 'Video saved from Luma Modify',
        body: 'A red fox in the snow',
        imagePath: '/library/posters/fox.jpg',
        deepLink: 'video-inbox://task/kie-luma%3Aa',
      },
    ]);
  });

  it('waits a moment for the poster, and not for ever', () => {
    const { shown, service } = createScene();
    service.hear(changed({ ...saved('a'), poster: null }));
    expect(shown).toEqual([]);
    service.hear(changed(saved('a')));
    expect(shown).toMatchObject([{ imagePath: '/library/posters/fox.jpg' }]);
    service.hear(changed({ ...saved('b'), poster: null }));
    vi.advanceTimersByTime(2500);
    expect(shown).toMatchObject([{}, { imagePath: null }]);
  });

  it('shows no picture, and waits for none, where the posters lie on a shelf elsewhere', () => {
    const { shown, service } = createScene({}, { localPath: () => null });
    service.hear(changed(saved('a')));
    expect(shown).toMatchObject([{ imagePath: null }]);
    service.hear(changed({ ...saved('b'), poster: null }));
    service.hear(changed(saved('b')));
    expect(shown).toMatchObject([{}, { imagePath: null }]);
  });

  it('tells the same happening once, however often its task changes', () => {
    const { shown, service } = createScene();
    service.hear(changed(saved('a')));
    service.hear(changed({ ...saved('a'), starred: true }));
    expect(shown).toHaveLength(1);
  });

  it('is silent about what happened before it started, and about the trash', () => {
    const { shown, service } = createScene();
    service.hear(changed(saved('old', -60), { ...saved('gone'), trashedAt: later(2) }));
    expect(shown).toEqual([]);
  });

  it("gives a failed task's own reason, and a failed download's sentence", () => {
    const { shown, service } = createScene();
    service.hear(
      changed(
        task('a', [{ at: later(1), kind: 'callback', state: 'failed', message: 'The prompt was refused' }]),
        task('b', [{ at: later(1), kind: 'failed', video: 1, message: 'The link has died.' }]),
      ),
    );
    expect(shown.map(({ kind, body }) => [kind, body])).toEqual([
      ['failed', 'The prompt was refused'],
      ['failed', 'The link has died.'],
    ]);
  });

  it('shows three at once and makes one digest of the others', () => {
    const { titles, shown, service } = createScene();
    for (const id of ['a', 'b', 'c', 'd', 'e']) service.hear(changed(saved(id)));
    service.hear(changed(task('f', [{ at: later(1), kind: 'failed', video: 1, message: 'x' }])));
    expect(shown).toHaveLength(3);
    vi.advanceTimersByTime(10_000);
    expect(shown).toHaveLength(4);
    expect(shown[3]).toMatchObject({ kind: 'digest', body: '2 videos saved, 1 problem.' });
    service.hear(changed(saved('g', 11)));
    expect(titles()).toHaveLength(5);
  });

  it('shows each of many that come slowly', () => {
    const { shown, service } = createScene();
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      service.hear(changed(saved(id)));
      vi.advanceTimersByTime(4000);
    }
    expect(shown.every(({ kind }) => kind === 'saved')).toBe(true);
    expect(shown).toHaveLength(5);
  });

  it('holds everything back in quiet hours and sums it up when they end', () => {
    const { shown, service } = createScene({ quietHours: { from: '11:30', until: '12:30' } });
    service.hear(changed(saved('a'), saved('b')));
    vi.advanceTimersByTime(29 * 60_000);
    expect(shown).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(shown).toMatchObject([{ title: 'While it was quiet', body: '2 videos saved.' }]);
  });

  it('ends the quiet hours by the time of day, also behind a sleep', () => {
    const { shown, service } = createScene({ quietHours: { from: '11:30', until: '20:00' } });
    service.hear(changed(saved('a'), saved('b')));
    // No timer counts while the machine sleeps.
    vi.setSystemTime(new Date('2026-11-21T20:30:00.000'));
    vi.advanceTimersByTime(60_000);
    expect(shown).toMatchObject([{ title: 'While it was quiet', body: '2 videos saved.' }]);
  });

  it('holds nothing back any more once quiet hours are switched off', () => {
    const settings: { quietHours: NotificationSettings['quietHours'] } = {
      quietHours: { from: '11:30', until: '20:00' },
    };
    const { titles, service } = createScene(settings);
    service.hear(changed(saved('a')));
    settings.quietHours = null;
    service.hear(changed(saved('b')));
    expect(titles()).toEqual(['While it was quiet', 'Video saved from Luma Modify']);
  });

  it('tells what comes after the clock was set back by a day, and not again what came before', () => {
    const { shown, service } = createScene();
    const before = [saved('a', 1), saved('b', 2), saved('c', 3)];
    service.hear(changed(...before));
    expect(shown).toHaveLength(3);
    const day = 24 * 3600;
    vi.setSystemTime(new Date(start.getTime() - day * 1000));
    service.hear(changed(saved('d', 1 - day), ...before));
    expect(shown.slice(3).map(({ deepLink }) => deepLink)).toEqual(['video-inbox://task/kie-luma%3Ad']);
  });

  it.each([
    ['saved', changed(saved('a'))],
    ['failed', changed(task('b', [{ at: later(1), kind: 'failed', video: 1, message: 'x' }]))],
  ] as const)('can be told to be silent about "%s"', (kind, event) => {
    const { shown, service } = createScene({ [kind]: false });
    service.hear(event);
    vi.advanceTimersByTime(20_000);
    expect(shown).toEqual([]);
  });

  it('tells when the tunnel went down and stays down, not when it blinks', () => {
    const { shown, service } = createScene();
    service.hear(tunnel('online'));
    service.hear(tunnel('connecting'));
    vi.advanceTimersByTime(5000);
    service.hear(tunnel('online'));
    vi.advanceTimersByTime(60_000);
    expect(shown).toEqual([]);
    service.hear(tunnel('blocked', 'ngrok refused the authtoken. Check it in the settings.'));
    vi.advanceTimersByTime(10_000);
    expect(shown).toMatchObject([{ kind: 'tunnel', body: 'ngrok refused the authtoken. Check it in the settings.' }]);
  });

  it('tells of a tunnel that needs the person although it was never up, once', () => {
    const { shown, service } = createScene();
    service.hear(tunnel('connecting'));
    service.hear(tunnel('blocked', 'ngrok refused the authtoken.'));
    vi.advanceTimersByTime(10_000);
    service.hear(tunnel('blocked', 'ngrok refused the authtoken.'));
    vi.advanceTimersByTime(60_000);
    expect(shown.map(({ body }) => body)).toEqual(['ngrok refused the authtoken.']);
  });

  it('tells what is wrong in the end, not what it looked like at first', () => {
    const { shown, service } = createScene();
    service.hear(tunnel('online'));
    service.hear(tunnel('connecting'));
    vi.advanceTimersByTime(2000);
    service.hear(tunnel('blocked', 'ngrok refused the authtoken.'));
    vi.advanceTimersByTime(60_000);
    expect(shown.map(({ body }) => body)).toEqual(['ngrok refused the authtoken.']);
  });

  it('is silent at first about a tunnel that was never up, and then tells of it once', () => {
    const { shown, service } = createScene();
    service.hear(tunnel('offline', 'ngrok cannot be reached.'));
    vi.advanceTimersByTime(60_000);
    expect(shown).toEqual([]);
    vi.advanceTimersByTime(60_000);
    service.hear(tunnel('connecting'));
    service.hear(tunnel('offline', 'ngrok cannot be reached.'));
    vi.advanceTimersByTime(600_000);
    expect(shown.map(({ body }) => body)).toEqual(['ngrok cannot be reached.']);
  });

  it('tells of a tunnel that had failed before anyone listened', async () => {
    const found = Promise.resolve({ storage: well, tunnel: tunnelOf('offline', 'ngrok cannot be reached.') });
    const { shown } = createScene({}, undefined, undefined, found);
    await vi.advanceTimersByTimeAsync(150_000);
    expect(shown).toMatchObject([{ kind: 'tunnel', body: 'ngrok cannot be reached.' }]);
  });

  it.each([
    ['here', tunnelTextsEn.none],
    ['there, for a copy', twinTexts.noTunnelThere],
  ])('says nothing of a tunnel that the person switched off %s', (_where, words) => {
    const { shown, service } = createScene();
    service.hear(tunnel('online'));
    service.hear(tunnel('connecting'));
    const none = told(words);
    service.hear({ name: 'tunnel:changed', data: { ...tunnelOf('offline'), kind: 'none', ...none } });
    vi.advanceTimersByTime(200_000);
    expect(shown).toEqual([]);
  });

  it('does not wait for a tunnel that nobody wants, or that was up and needs nobody', () => {
    const { shown, service } = createScene();
    const { data, name } = tunnel('offline') as Extract<InboxEvent, { name: 'tunnel:changed' }>;
    service.hear({ name, data: { ...data, kind: 'none' } });
    vi.advanceTimersByTime(600_000);
    const other = createScene();
    other.service.hear(tunnel('connecting'));
    other.service.hear(tunnel('online'));
    vi.advanceTimersByTime(600_000);
    expect([...shown, ...other.shown]).toEqual([]);
  });
});
