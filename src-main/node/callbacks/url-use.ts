/** How much callback URLs are used, where several machines share them and their limits. */

/** What this machine took through one callback URL. */
export interface UrlUse {
  readonly urlId: string;
  /** So long ago the day began in which tasks and bytes are counted. */
  readonly ageMs: number;
  readonly tasks: number;
  readonly bytes: number;
  /** Requests of strangers since this run began. */
  readonly hits: number;
}

export interface UsedElsewhere {
  readonly tasks: number;
  readonly bytes: number;
  readonly perSecond: number;
}

/** Where the machines tell each other. */
export interface UseExchange {
  /** What the others took in their last day, and take now; as of a few seconds ago. */
  elsewhere(urlId: string): UsedElsewhere;
  /** Asked from now on for what to tell the others. */
  report(own: () => readonly UrlUse[]): void;
}

export const nothingElsewhere: UsedElsewhere = { tasks: 0, bytes: 0, perSecond: 0 };

/** For a machine alone. */
export const noOthers: UseExchange = { elsewhere: () => nothingElsewhere, report: () => undefined };
