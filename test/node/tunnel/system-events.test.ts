import type { NetworkInterfaceInfo } from 'node:os';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { networkFingerprint, watchSystem } from '../../../src-main/node/tunnel/system-events.ts';

const v4 = (address: string, internal = false): NetworkInterfaceInfo => ({
  family: 'IPv4',
  address,
  internal,
  netmask: '255.255.255.0',
  mac: '00:00:00:00:00:00',
  cidr: null,
});
const v6 = (address: string): NetworkInterfaceInfo => ({ ...v4(address), family: 'IPv6', scopeid: 0 });

test('only ways to the outside count', () => {
  const home = { wlan0: [v4('192.168.1.5')] };
  const noise = {
    lo: [v4('127.0.0.1', true)],
    docker0: [v4('172.17.0.1')],
    'br-12ab': [v4('172.18.0.1')],
    veth1: [v4('172.18.0.2')],
    utun3: [v6('fe80::1')],
    eth9: [v4('169.254.3.4')],
  };
  expect(networkFingerprint({ ...home, ...noise })).toBe(networkFingerprint(home));
  expect(networkFingerprint({ wlan0: [v4('192.168.2.5')] })).not.toBe(networkFingerprint(home));
  expect(networkFingerprint({ ...home, tun0: [v4('10.8.0.2')] })).not.toBe(networkFingerprint(home));
});

test('an IPv6 address that changes within its network is the same network', () => {
  const at = (address: string): string => networkFingerprint({ wlan0: [v6(address)] });
  expect(at('2001:db8:1:2:aaaa:bbbb:cccc:dddd')).toBe(at('2001:db8:1:2::1'));
  expect(at('2001:db8::1')).toBe(at('2001:db8:0:0:9::1'));
  expect(at('2001:db8:1:3::1')).not.toBe(at('2001:db8:1:2::1'));
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** @param first `null`: the system does not say. */
function watch(first: NodeJS.Dict<NetworkInterfaceInfo[]> | null = { wlan0: [v4('192.168.1.5')] }) {
  const state = { interfaces: first, skew: 0 };
  const told: string[] = [];
  const awake: number[] = [];
  const stop = watchSystem({
    onWake: (awakeUntil) => {
      told.push('wake');
      awake.push(awakeUntil);
    },
    onNetwork: () => void told.push('network'),
    onSetBack: () => void told.push('set back'),
    interfaces() {
      if (state.interfaces === null) throw new Error('uv_interface_addresses returned Unknown system error 24');
      return state.interfaces;
    },
    now: () => Date.now() + state.skew,
  });
  return { state, told, awake, stop };
}

test('a quiet machine tells nothing', () => {
  const { told, stop } = watch();
  vi.advanceTimersByTime(3_600_000);
  expect(told).toEqual([]);
  stop();
});

test('a clock that is set back is told once; a second or two is none', () => {
  const { state, told, stop } = watch();
  vi.advanceTimersByTime(60_000);
  state.skew = -2000;
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([]);
  state.skew = -86_400_000;
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(['set back']);
  stop();
});

test('a system that does not say which networks there are changes nothing, and is heard when it says it', () => {
  const { state, told, stop } = watch();
  state.interfaces = null;
  vi.advanceTimersByTime(60_000);
  state.interfaces = { wlan0: [v4('192.168.1.5')] };
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([]);
  state.interfaces = { wlan0: [v4('10.0.0.7')] };
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(['network']);
  stop();
});

test('it may not say so from the start on', () => {
  const { state, told, stop } = watch(null);
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([]);
  state.interfaces = { wlan0: [v4('10.0.0.7')] };
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(['network']);
  stop();
});

test('a clock that jumped over the timers means sleep, and tells of it once', () => {
  const { state, told, awake, stop } = watch();
  vi.advanceTimersByTime(10_000);
  const fellAsleepAt = Date.now();
  state.skew += 600_000;
  state.interfaces = { wlan0: [v4('10.0.0.7')] }; // another place: part of the same event
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(['wake']);
  expect(awake).toEqual([fellAsleepAt]);
  stop();
});

test('an address that is lost is told at once, one that is gained a moment later', () => {
  const { state, told, stop } = watch();
  state.interfaces = {};
  vi.advanceTimersByTime(5000);
  expect(told).toEqual(['network']);
  state.interfaces = { eth0: [v4('192.168.1.9')] };
  vi.advanceTimersByTime(5000);
  expect(told).toEqual(['network']);
  vi.advanceTimersByTime(5000);
  expect(told).toEqual(['network', 'network']);
  stop();
});

test('tells nothing after it was stopped', () => {
  const { state, told, stop } = watch();
  stop();
  state.interfaces = {};
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([]);
});
