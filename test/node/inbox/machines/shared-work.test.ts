/** Who may do a piece of work where several machines share a log. */
import { expect, it, onTestFinished, vi } from 'vitest';
import type { EventDraft } from '../../../../src-main/common/events.ts';
import { without } from '../../../../src-main/common/without.ts';
import {
  isRoomElsewhere,
  onlyOnSentence,
  toldByNobody,
  worstOf,
} from '../../../../src-main/node/inbox/machines/node-news.ts';
import {
  leavesAsking,
  sharedRights,
  sharedTurns,
  takeTurns,
} from '../../../../src-main/node/inbox/machines/shared-work.ts';
import { plainVideo, type Task, type VideoState } from '../../../../src-main/common/model.ts';
import type { NodeStatus, Role, SharedStatus } from '../../../../src-main/common/shared-status.ts';
import type { DownloadJob, JobRight } from '../../../../src-main/node/downloads/downloads.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import type { Leases, TurnChanged } from '../../../../src-main/node/shared-log/leases.ts';
import type { SharedLog } from '../../../../src-main/node/shared-log/postgres-log.ts';

const film: DownloadJob = {
  kind: 'video',
  key: 'kie-luma:1',
  n: 1,
  url: 'https://media.example.test/a.mp4',
  target: 'videos/a',
  expiresAt: null,
  toldAt: '2026-01-01T00:00:00.000Z',
  isVouched: false,
  source: '',
};

it('gives a lease back where the shared log cannot be looked at', async () => {
  const held = new Set<string>();
  const leases = {
    take(name: string) {
      held.add(name);
      return Promise.resolve({ name, holder: 'me', fence: 1, lost: new AbortController().signal });
    },
    release(lease: { readonly name: string }) {
      held.delete(lease.name);
      return Promise.resolve();
    },
  } as unknown as Leases; // no more of it is used here
  const shared = { look: () => Promise.reject(new Error('broke')) } as unknown as SharedLog; // nor of this
  const rights = sharedRights({ leases, shared, isRoomElsewhere: () => false }, () => undefined);
  await expect(rights.take(film)).rejects.toThrow('broke');
  expect([...held]).toEqual([]);
});

it('a link that was given up is looked at again, and fetched by nobody else', () => {
  const rightsOf = (state: VideoState) => {
    const task = { videos: [{ ...plainVideo, url: film.url, state }] } as unknown as Task; // no more of it is used here
    const base = { leases: {} as Leases, shared: {} as SharedLog, isRoomElsewhere: () => false };
    return sharedRights(base, () => task);
  };
  const look: DownloadJob = { ...film, isLook: true };
  expect(rightsOf('failed').isWanted(look)).toBe(true);
  expect(rightsOf('failed').isWanted(film)).toBe(false);
  expect(rightsOf('saved').isWanted(look)).toBe(false);
  expect(rightsOf('queued').isWanted(look)).toBe(false);
  expect(rightsOf('queued').isWanted(film)).toBe(true);
});

it('half of a film is gone on with where it lies, for ten minutes, and what is done is settled', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const released: unknown[] = [];
  const leases = {
    take: (name: string) => Promise.resolve({ name }),
    release: (_: unknown, keepMs: number) => Promise.resolve(released.push(keepMs)),
  } as unknown as Leases; // no more of it is used here
  const shared = { look: () => Promise.resolve() } as unknown as SharedLog; // nor of this
  const rights = sharedRights({ leases, shared, isRoomElsewhere: () => false }, () => undefined);
  const later = { retryInMs: 1000 };
  const end = async (...how: Parameters<JobRight['end']>) => (await rights.take(film))?.end(...how);
  await end(later, true);
  await vi.advanceTimersByTimeAsync(9 * 60_000);
  expect(released).toEqual([]);
  await vi.advanceTimersByTimeAsync(60_000);
  await end(later, false);
  await end('done', false);
  expect(released).toEqual([undefined, 0, 600_000]);
});

it('an order whose intent is in the shared log goes on where this machine cannot keep it as well', async () => {
  const leases = { take: (name: string) => Promise.resolve({ name }) } as unknown as Leases; // no more of it is used here
  const shared = {
    appendHeld: () => Promise.resolve('written'),
    hasUntoldOrder: () => Promise.resolve(false),
  } as unknown as SharedLog; // nor of this
  const keep = (): Promise<never> => Promise.reject(new Error('the disk is full'));
  const hold = await sharedTurns({ leases, shared, keep }, ['ask'], 60_000, silentLog).hold('an-order');
  const intent = { type: 'submission-intended', id: 'an-order' } as unknown as EventDraft; // nor of this
  await expect(hold?.record([intent])).resolves.toBeUndefined();
});

it('an order that somebody made, and that is not told here yet, is held by nobody, and neither is one of which that is not known', async () => {
  const held = new Set<string>();
  const leases = {
    take(name: string) {
      held.add(name);
      return Promise.resolve({ name });
    },
    release: ({ name }: { readonly name: string }) => Promise.resolve(held.delete(name)),
  } as unknown as Leases; // no more of it is used here
  for (const hasUntoldOrder of [() => Promise.resolve(true), () => Promise.reject(new Error('away'))]) {
    const shared = { hasUntoldOrder } as unknown as SharedLog; // nor of this
    const turns = sharedTurns({ leases, shared, keep: () => Promise.resolve() }, ['ask'], 60_000, silentLog);
    expect([await turns.hold('an-order'), [...held]]).toEqual([null, []]);
  }
});

it('where the database hangs, a person hears soon that nothing was ordered, and what it does late is undone', async () => {
  const lease = { name: 'order an-order' };
  let take: () => void = () => undefined;
  const released: unknown[] = [];
  const slow = {
    take: () => new Promise((resolve) => (take = () => resolve(lease))),
    release: (late: unknown) => Promise.resolve(released.push(late)),
  } as unknown as Leases; // no more of it is used here
  let commit: () => void = () => undefined;
  const written: EventDraft[] = [];
  const shared = {
    async appendHeld(drafts: readonly EventDraft[]) {
      if (written.length === 0) await new Promise<void>((resolve) => (commit = resolve));
      written.push(...drafts);
      return 'written';
    },
    hasUntoldOrder: () => Promise.resolve(false),
  } as unknown as SharedLog; // nor of this
  const turnsOf = (leases: Leases) =>
    sharedTurns({ leases, shared, keep: () => Promise.resolve() }, ['ask'], 60_000, silentLog, 5);
  expect(await turnsOf(slow).hold('an-order')).toBeNull();
  take();
  await vi.waitUntil(() => released.length === 1);

  const never = new Promise<never>(() => undefined);
  const stuck = { take: () => Promise.resolve(lease), release: () => never } as unknown as Leases; // nor of this
  const hold = await turnsOf(stuck).hold('an-order');
  const intent = { type: 'submission-intended', id: 'an-order' } as unknown as EventDraft; // nor of this
  await expect(hold?.record([intent])).rejects.toThrow('nothing was ordered here, and nothing paid');
  await hold?.release();
  commit();
  // Else it would look as if it may have been made.
  await vi.waitUntil(() => written.length === 2);
  expect(written[1]).toMatchObject({ type: 'submission-refused', id: 'an-order', code: 'stopped' });
});

it('the turn to ask is left to a machine that has all of the keys and more, as long as it is there', () => {
  const node = (told: Partial<NodeStatus>): NodeStatus =>
    ({ isThis: false, isThere: true, roles: ['ask'], keys: [], ...told }) as NodeStatus; // no more of it is used here
  const own = (...keys: readonly string[]): NodeStatus => node({ isThis: true, keys });
  for (const [ours, other] of [
    [own(), { keys: ['X'] }],
    [own('X'), { keys: ['Y', 'X'] }],
  ] as const) {
    expect(leavesAsking([ours, node(other)])).toBe(true);
    expect(
      leavesAsking([
        { ...node(other), isThis: true },
        { ...ours, isThis: false },
      ]),
    ).toBe(false);
    expect(leavesAsking([ours, node({ ...other, isThere: false })])).toBe(false);
    expect(leavesAsking([ours, node({ ...other, roles: ['intake'] })])).toBe(false);
  }
  for (const other of [{ keys: ['X'] }, { keys: ['Y', 'Z'] }, {}]) {
    expect(leavesAsking([own('X'), node(other)])).toBe(false);
  }
  expect(leavesAsking([own(), without(node({}), 'keys')])).toBe(false);
  expect(leavesAsking([])).toBe(false);
});

it('a webhook that only machines have which do not tell is named', () => {
  const node = (name: string, told: Partial<NodeStatus>): NodeStatus =>
    ({ name, isThere: true, roles: ['intake', 'download'], tellsHooks: true, ...told }) as NodeStatus; // no more of it is used here
  const asks = (told: Partial<NodeStatus>): NodeStatus => node('asks', { roles: ['ask'], tellsHooks: false, ...told });
  expect(toldByNobody([node('nas', {}), node('gone', { isThere: false }), asks({})])).toEqual(['nas']);
  expect(toldByNobody([node('nas', {})])).toEqual(['nas']);
  expect(toldByNobody([node('nas', {}), asks({ tellsHooks: true })])).toEqual([]);
  expect(toldByNobody([node('nas', {}), asks({ tellsHooks: true, isThere: false })])).toEqual(['nas']);
  // A version that does not say so may have one.
  expect(toldByNobody([node('nas', {}), without(asks({}), 'tellsHooks')])).toEqual([]);
  expect(toldByNobody([asks({}), node('plain', { tellsHooks: false })])).toEqual([]);
});

it('machines whose disk is full are named, the worst first; what this one lacks is told as its own', () => {
  const node = (name: string, told: Partial<NodeStatus>): NodeStatus =>
    ({ name, isThere: true, isThis: false, roles: ['intake', 'download'], ...told }) as NodeStatus; // no more of it is used here
  const full = { noRoomFor: 'downloads' } as const;
  const refuses = { noRoomFor: 'callbacks' } as const;
  const here = node('here', { isThis: true });
  const hereFull = node('here', { isThis: true, ...full });
  const english = (...nodes: readonly NodeStatus[]): string => worstOf(nodes, () => false, [])?.english ?? '';
  expect(english(here, node('a', {}))).toBe('');
  expect(english(hereFull, node('a', {}))).toBe('');
  expect(english(hereFull)).toBe('');
  expect(english(here, node('a', full), node('b', full))).toContain('videos on the disk of a, b: the other machines');
  expect(english(here, node('a', full), node('b', refuses))).toContain('The disk of b is full, so callbacks');
  expect(english(hereFull, node('a', refuses))).toContain('has room on its disk (here, a)');
  // One that is away, or does not fetch, fetches nothing instead of them.
  expect(english(hereFull, node('a', full), node('gone', { isThere: false }))).toContain('(here, a)');
  expect(english(node('here', { isThis: true, roles: ['intake'] }), node('a', full))).toContain('(a)');

  // Where nobody asks as well, that waits behind what dies.
  const lacks = (role: Role): boolean => role === 'ask';
  expect(worstOf([hereFull, node('a', full)], lacks, [])?.english).toContain('(here, a)');
  expect(worstOf([here, node('a', full)], lacks, [])?.english).toContain('no provider is asked');

  expect(isRoomElsewhere([hereFull, node('a', full), node('b', {})])).toBe(true);
  for (const other of [full, { isThere: false }, { roles: ['ask'] }] as const) {
    expect(isRoomElsewhere([here, node('a', other)])).toBe(false);
  }
});

it('machines of an older build are named; of those that do not tell of their rules nothing is said', () => {
  const node = (name: string, told: Partial<NodeStatus>): NodeStatus =>
    ({ name, isThere: true, isThis: name === 'here', roles: ['download'], ...told }) as NodeStatus; // no more of it is used here
  const english = (...nodes: readonly NodeStatus[]): string => worstOf(nodes, () => false, [])?.english ?? '';
  const here = node('here', { foldVersion: 3 });
  expect(english(here, node('a', { foldVersion: 3 }), node('b', {}))).toBe('');
  expect(english(here, node('a', { foldVersion: 2 }), node('b', { foldVersion: 1 }))).toContain('runs on a, b:');
  expect(english(here, node('a', { foldVersion: 4 }), node('b', {}))).toContain('runs on here:');
  expect(english(here, node('gone', { foldVersion: 4, isThere: false }))).toBe('');
  expect(english(node('here', {}), node('a', {}))).toBe('');
});

it('films that lie on one disk only are told with the machine, first those of one that does not run', () => {
  const node = (name: string, told: Partial<NodeStatus>): NodeStatus =>
    ({ name, isThere: true, isThis: false, ...told }) as NodeStatus; // no more of it is used here
  const films = (count: number): Partial<NodeStatus> => ({ onlyHere: { films: count, bytes: count } });
  const english = (...nodes: readonly NodeStatus[]): string => onlyOnSentence(nodes)?.english ?? '';
  expect(english(node('a', {}), node('b', films(0)))).toBe('');
  expect(english(node('a', { isThis: true, ...films(2) }), node('b', films(3)))).toContain('runs: a (2), b (3).');
  expect(english(node('a', films(2)), node('b', { isThere: false, ...films(3) }))).toContain('does not run: b (3).');
});

it('whoever has a turn from now on takes up what came while nobody had it', () => {
  const campaigns = new Map<string, TurnChanged>();
  const wanted = new Map<string, () => boolean>();
  let hasHooks = false;
  const leases = {
    campaign(name: string, onChange: TurnChanged, isWanted: () => boolean) {
      campaigns.set(name, onChange);
      wanted.set(name, isWanted);
      return () => undefined;
    },
  } as unknown as Leases; // no more of it is used here
  let nodes: readonly Partial<NodeStatus>[] = [];
  const status = (): SharedStatus => ({ nodes }) as unknown as SharedStatus; // nor of this
  const told: string[] = [];
  const stop = takeTurns({ leases, status }, ['ask', 'download'], {
    hasHooks: () => hasHooks,
    askingChanged: (idleMs) => told.push(`ask ${String(idleMs)}`),
    tellingTaken: (goneMs) => told.push(`tell ${String(goneMs)}`),
    inputsTaken: () => told.push('inputs'),
  });
  for (const name of ['inputs', 'tell']) for (const isHeld of [true, false]) campaigns.get(name)?.(isHeld, 1, 2);
  campaigns.get('ask')?.(true, 1, 2);
  expect(told).toEqual(['inputs', 'tell 2', 'ask 1']);
  // Whoever has no webhook leaves the telling to others, whoever asks.
  expect(wanted.get('tell')?.()).toBe(false);
  hasHooks = true;
  expect(wanted.get('tell')?.()).toBe(true);
  expect(wanted.get('ask')?.()).toBe(true);
  // Whoever has no room leaves the inputs to one that has.
  expect(wanted.get('inputs')?.()).toBe(true);
  const other = { isThis: false, isThere: true, roles: ['download'] } as const;
  nodes = [{ isThis: true, noRoomFor: 'downloads' }, other];
  expect(wanted.get('inputs')?.()).toBe(false);
  nodes = [
    { isThis: true, noRoomFor: 'downloads' },
    { ...other, noRoomFor: 'callbacks' },
  ];
  expect(wanted.get('inputs')?.()).toBe(true);
  stop();
});
