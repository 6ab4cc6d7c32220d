/**
 * A certificate that is renewed in its files is taken without a new start: an inbox that is always on outlives several, and
 * with the last day of one all its copies would stop.
 */
import { X509Certificate } from 'node:crypto';
import type { Log } from '../log/log.ts';

export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface RenewalPorts {
  /** What the files hold. @throws where they cannot be read, or do not fit each other. */
  readonly read: () => Promise<Certificate>;
  readonly use: (certificate: Certificate) => void;
  readonly nowMs: () => number;
  readonly log: Log;
}

const lookEveryMs = 60_000;

/** @returns looks once. */
export function createRenewal(inUse: Certificate, { read, use, nowMs, log }: RenewalPorts): () => Promise<void> {
  let current = inUse;
  let told = '';
  function tell(what: string, facts: object): void {
    if (what !== told) log.warn(facts, what);
    told = what;
  }
  return async () => {
    try {
      const found = await read();
      if (!found.cert.equals(current.cert) || !found.key.equals(current.key)) {
        use(found);
        current = found;
        told = '';
        log.info({}, 'twins are shown the renewed certificate');
      }
      const { validTo } = new X509Certificate(current.cert);
      if (Date.parse(validTo) < nowMs()) {
        tell('the certificate for twins has expired, so no copy reads along until it is renewed', { validTo });
      }
    } catch (error) {
      // Half of it may be written yet.
      tell('the certificate for twins was changed and cannot be used; the one of before is shown', { error });
    }
  };
}

/** @returns the undo. */
export function followCertificate(inUse: Certificate, ports: RenewalPorts): () => void {
  const look = createRenewal(inUse, ports);
  void look();
  const timer = setInterval(() => void look(), lookEveryMs).unref();
  return () => clearInterval(timer);
}
