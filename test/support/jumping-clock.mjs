/** Preloaded into the program (`NODE_OPTIONS`): a second after its start the time of day jumps by `CLOCK_JUMP_MS`. */
const ofDay = Date.now;
const startedMs = performance.now();
const jumpMs = Number(process.env['CLOCK_JUMP_MS']);
Date.now = () => ofDay() + (performance.now() - startedMs > 1000 ? jumpMs : 0);
