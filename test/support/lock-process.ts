/** A process that takes and lets go of a data dir when it is told to; the tests of the lock run several of them. */
import { lockInstance, type InstanceLock } from '../../src-main/node/instance-lock.ts';

export type LockOrder = { readonly take: string } | { readonly letGo: true };
/** `null` = taken (or let go), else why not. */
export interface LockAnswer {
  readonly refusal: string | null;
}

let lock: InstanceLock | null = null;

async function obey(order: LockOrder): Promise<void> {
  if ('take' in order) lock = await lockInstance(order.take, () => new Date());
  else await lock?.release();
}

process.on('message', (order: LockOrder) => {
  obey(order).then(
    () => process.send?.({ refusal: null } satisfies LockAnswer),
    (error: unknown) => process.send?.({ refusal: String(error) } satisfies LockAnswer),
  );
});
