/** One request at a callback URL as the intake gets it, and what it is answered. */
import type { CallbackUrlEntry } from './callback-urls.ts';
import type { RefusalAnswer } from './refusal.ts';
import type { RequestNote } from './requests/request-recorder.ts';

export interface Delivery {
  readonly url: CallbackUrlEntry;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Buffer;
  /** What stands behind the question mark of the address, beside a body. */
  readonly query?: string;
  readonly remote: string | null;
  /** True for what came through a tunnel or a proxy. */
  readonly isStranger: boolean;
  /** Asks for room for so much more than the body had on its way in; false where all bodies together have no more. */
  readonly grow?: (bytes: number) => boolean;
}

export interface IntakeAnswer {
  readonly status: 200 | RefusalAnswer['status'];
  readonly body: unknown;
  readonly retryAfterSeconds?: number;
  readonly note: RequestNote;
}
