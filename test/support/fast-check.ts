/**
 * fast-check, with the same cases in each run of CI: its verdict is about the change, not about luck. Elsewhere they
 * are new each time, and `npm run fuzz` is there to look for more.
 */
import fc from 'fast-check';

const ofEachVerdict = 20_261_126;

if (process.env['CI'] !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: ofEachVerdict });

export { fc };
