/**
 * A certificate authority made at run time: a CA and one leaf for `localhost`, both ECDSA P-256.
 *
 * `node:crypto` signs but cannot issue X.509, and `openssl` is not on every machine, so the few DER structures that
 * are needed are written here (RFC 5280). The SDK's verifier wants a v3 leaf that is not the CA, with the name of the
 * server in its SAN.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface TestCertificates {
  readonly caPem: string;
  readonly keyPem: string;
  readonly certPem: string;
}

const tag = { boolean: 0x01, integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, utcTime: 0x17 };
const sequenceTag = 0x30;
const setTag = 0x31;

function der(tagByte: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tagByte, body.length]), body]);
  const hex = body.length.toString(16);
  const length = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return Buffer.concat([Buffer.from([tagByte, 0x80 | length.length]), length, body]);
}
const sequence = (...parts: readonly Buffer[]): Buffer => der(sequenceTag, ...parts);
/** `[number]` of the enclosing structure; constructed unless `primitive`. */
const context = (number: number, content: Buffer, primitive = false): Buffer =>
  der((primitive ? 0x80 : 0xa0) | number, content);

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(tag.oid, Buffer.from(bytes));
}

const positiveInteger = (bytes: Buffer): Buffer => {
  const trimmed = Buffer.from(bytes);
  trimmed[0] = ((trimmed[0] ?? 0) & 0x7f) | 0x01; // neither negative nor a leading zero byte
  return der(tag.integer, trimmed);
};
const commonName = (name: string): Buffer =>
  sequence(der(setTag, sequence(oid('2.5.4.3'), der(tag.utf8, Buffer.from(name, 'utf8')))));
const utcTime = (date: Date): Buffer =>
  der(tag.utcTime, Buffer.from(`${date.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`, 'ascii'));
const bitString = (bytes: Buffer, unusedBits = 0): Buffer => der(tag.bits, Buffer.from([unusedBits]), bytes);
const critical = der(tag.boolean, Buffer.from([0xff]));
const extension = (id: string, value: Buffer, isCritical = false): Buffer =>
  sequence(oid(id), ...(isCritical ? [critical] : []), der(tag.octets, value));

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const day = 24 * 60 * 60 * 1000;

function issue(options: {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signingKey: KeyObject;
  readonly extensions: readonly Buffer[];
}): string {
  const now = Date.now();
  const tbs = sequence(
    context(0, der(tag.integer, Buffer.from([2]))), // v3
    positiveInteger(randomBytes(16)),
    ecdsaWithSha256,
    commonName(options.issuer),
    sequence(utcTime(new Date(now - day)), utcTime(new Date(now + 30 * day))),
    commonName(options.subject),
    options.publicKey.export({ type: 'spki', format: 'der' }),
    context(3, sequence(...options.extensions)),
  );
  const signature = sign('sha256', tbs, { key: options.signingKey, dsaEncoding: 'der' });
  const certificate = sequence(tbs, ecdsaWithSha256, bitString(signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** @returns a CA and a leaf valid for `localhost` and `127.0.0.1`, from yesterday for a month. */
export function makeCertificates(): TestCertificates {
  const ca = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const caName = `Stand-in edge CA ${randomBytes(4).toString('hex')}`;
  const caPem = issue({
    subject: caName,
    issuer: caName,
    publicKey: ca.publicKey,
    signingKey: ca.privateKey,
    extensions: [
      extension('2.5.29.19', sequence(der(tag.boolean, Buffer.from([0xff]))), true), // basicConstraints: a CA
      extension('2.5.29.15', bitString(Buffer.from([0x06]), 1), true), // keyUsage: keyCertSign, cRLSign
    ],
  });
  const certPem = issue({
    subject: 'localhost',
    issuer: caName,
    publicKey: leaf.publicKey,
    signingKey: ca.privateKey,
    extensions: [
      extension('2.5.29.19', sequence(), true),
      extension('2.5.29.15', bitString(Buffer.from([0x80]), 7), true), // digitalSignature
      extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))), // serverAuth
      extension(
        '2.5.29.17', // subjectAltName
        sequence(context(2, Buffer.from('localhost', 'ascii'), true), context(7, Buffer.from([127, 0, 0, 1]), true)),
      ),
    ],
  });
  return { caPem, certPem, keyPem: leaf.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}
