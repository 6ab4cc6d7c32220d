/** Notices by itself that the machine slept or that its network changed. Electron tells of the first as well. */
import type { NetworkInterfaceInfo } from 'node:os';
import { networkInterfaces } from 'node:os';

export interface SystemEventPorts {
  /** @param awakeUntil when it was last seen awake, in milliseconds. */
  readonly onWake: (awakeUntil: number) => void;
  readonly onNetwork: () => void;
  /** The clock was set back: what waits for a time of day would wait for so much longer. */
  readonly onSetBack: () => void;
  readonly interfaces?: () => NodeJS.Dict<NetworkInterfaceInfo[]>;
  readonly now?: () => number;
}

const periodMs = 5000;
/** Timers stand still while a machine sleeps, and the wall clock does not. */
const sleptAfterMs = 15_000;
/** Containers and virtual machines come and go without touching the way to the internet. */
const virtualNames = /^(docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|cali|awdl|llw|anpi)/;

/**
 * The addresses by which this machine can reach the outside. Of an IPv6 address only the network counts: the rest
 * changes by itself every day.
 */
export function networkFingerprint(interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): string {
  return Object.entries(interfaces)
    .filter(([name]) => !virtualNames.test(name))
    .flatMap(([name, addresses = []]) =>
      addresses
        .filter((address) => !address.internal && !/^(fe80|169\.254)/i.test(address.address))
        .map(({ family, address }) => `${name} ${family === 'IPv6' ? networkOfIpv6(address) : address}`),
    )
    .sort()
    .filter((line, index, lines) => line !== lines[index - 1])
    .join('\n');
}

function networkOfIpv6(address: string): string {
  const [head = '', tail = ''] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const rest = tail.split(':').filter(Boolean);
  const zeros = address.includes('::') ? Array<string>(8 - groups.length - rest.length).fill('0') : [];
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':');
}

/** @returns the undo. Does not keep the process alive. */
export function watchSystem(ports: SystemEventPorts): () => void {
  const { onWake, onNetwork, onSetBack, interfaces = networkInterfaces, now = Date.now } = ports;
  /** The system may not say: no descriptor is left, or a sandbox forbids the question. Then all is taken to be as it was. */
  const look = (before: string): string => {
    try {
      return networkFingerprint(interfaces());
    } catch {
      return before;
    }
  };
  let lookedAt = now();
  let settled = look('');
  let changing = false;
  const timer = setInterval(() => {
    const awakeUntil = lookedAt;
    lookedAt = now();
    const slept = lookedAt - awakeUntil > periodMs + sleptAfterMs;
    const current = look(settled);
    if (slept) {
      settled = current;
      changing = false;
      onWake(awakeUntil);
      return;
    }
    if (lookedAt < awakeUntil - periodMs) onSetBack();
    if (current === settled) {
      changing = false;
      return;
    }
    // An address that is lost is told at once; one that is gained gets a moment to become usable.
    const lost = settled.split('\n').some((line) => line !== '' && !current.split('\n').includes(line));
    if (!lost && !changing) {
      changing = true;
      return;
    }
    settled = current;
    changing = false;
    onNetwork();
  }, periodMs);
  timer.unref();
  return () => clearInterval(timer);
}
