/** Opens something, lets people see it until it is to end, and closes it, whatever breaks on the way. */

export interface StoppedRun<Opened> {
  readonly open: () => Promise<Opened>;
  /** @returns what is done before it is closed. */
  readonly show: (opened: Opened) => Promise<() => void>;
  readonly close: (opened: Opened) => Promise<void>;
  /** Resolves when it is to end. */
  readonly stopped: Promise<void>;
  /** So long both may take together from then on: all is safe without the end of either, and the rest is made again. */
  readonly limitMs: number;
}

/**
 * Resolves once it is closed, or after its limit.
 * @returns what kept it from closing in order, `null` where nothing did.
 * @throws what kept it from opening, or from being shown: what nobody can use is closed then, and does not stay.
 */
export async function untilStopped<Opened>(run: StoppedRun<Opened>): Promise<{ readonly error: unknown } | null> {
  const { stopped, limitMs } = run;
  const over = stopped.then(() => afterMs(limitMs));
  const opened = await Promise.race([run.open(), over]);
  if (opened === undefined) return null;
  const close = (): Promise<{ readonly error: unknown } | null> =>
    Promise.race([run.close(opened), over, afterMs(limitMs)]).then(
      () => null,
      (error: unknown) => ({ error }),
    );
  let hide: () => void;
  try {
    hide = await run.show(opened);
  } catch (error) {
    await close();
    throw error;
  }
  await stopped;
  hide();
  return close();
}

function afterMs(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), ms).unref());
}
