/** A process with a bound for its end of so many seconds. It is stuck where it is told to be, else it has nothing to do. */
import { endInTime } from '../../src-main/node/end-in-time.ts';

const [, , limitSeconds, how] = process.argv;
endInTime(Number(limitSeconds));
if (how === 'stuck') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
