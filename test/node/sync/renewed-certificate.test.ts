/** A certificate that is renewed while the inbox is on. */
import { connect, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpListener } from '../../../src-main/node/http-listener.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createRenewal, type Certificate } from '../../../src-main/node/sync/renewed-certificate.ts';
import { makeCertificates, type TestCertificates } from '../../support/ngrok-edge/certificates.ts';

const asBytes = ({ certPem, keyPem }: TestCertificates): Certificate => ({
  cert: Buffer.from(certPem),
  key: Buffer.from(keyPem),
});

test('who connects is shown the one in the files; one that cannot be used takes nothing away, and is told once', async () => {
  const [first, second] = [makeCertificates(), makeCertificates()];
  const listener = await createHttpListener({
    ...{ name: 'test', flag: 'test-port', port: 0, usualPort: 0, maxConnections: 8 },
    app: { fetch: () => new Response('heard') },
    tls: asBytes(first),
  }).listen();
  onTestFinished(() => listener.close(0));
  async function isShown({ caPem: ca }: TestCertificates): Promise<boolean> {
    const socket: TLSSocket = connect({ port: listener.port, host: '127.0.0.1', servername: 'localhost', ca });
    const shaken = await once(socket, 'secureConnect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    return shaken;
  }
  let files: Certificate | Error = asBytes(first);
  let nowMs = Date.now();
  const warnings: string[] = [];
  const look = createRenewal(asBytes(first), {
    read: () => (files instanceof Error ? Promise.reject(files) : Promise.resolve(files)),
    use: (certificate) => listener.renew(certificate),
    nowMs: () => nowMs,
    log: { ...silentLog, warn: (_facts, message) => void warnings.push(message) },
  });
  await look();
  expect([await isShown(first), await isShown(second)]).toEqual([true, false]);
  files = new Error('no start line');
  await look();
  await look();
  expect(warnings).toEqual([expect.stringContaining('cannot be used')]);
  expect(await isShown(first)).toBe(true);
  files = asBytes(second);
  await look();
  expect([await isShown(first), await isShown(second)]).toEqual([false, true]);
  nowMs += 100 * 365 * 86_400_000;
  await look();
  await look();
  expect(warnings.slice(1)).toEqual([expect.stringContaining('has expired')]);
});

test('one that cannot be read for its last day ends nothing', async () => {
  const odd = { cert: Buffer.from('no certificate'), key: Buffer.of() };
  const ports = { read: () => Promise.resolve(odd), use: () => undefined, nowMs: () => 0, log: silentLog };
  await expect(createRenewal(odd, ports)()).resolves.toBeUndefined();
});
