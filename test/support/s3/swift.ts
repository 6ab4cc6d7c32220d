/** OpenStack Swift on loopback, asked by its S3 door: see `swift-server.py`. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AwsV4Signer } from 'aws4fetch';
import { findSwift } from '../../../scripts/swift.mjs';
import { endOf } from '../child-end.ts';
import { collectJsonLines } from '../json-lines.ts';
import { waitUntil } from '../wait-until.ts';

export const swiftKeys = { accessKeyId: 'test:tester', secretAccessKey: 'testing' };

export interface Swift {
  readonly endpoint: string;
  makeBucket(name: string): Promise<void>;
  close(): Promise<void>;
}

/** `null` where this machine has none: the test is to be skipped, with this as the reason. */
export const whyNoSwift: string | null = findSwift() === null ? 'there is no OpenStack Swift on this machine' : null;
// Off a terminal vitest names no reason.
if (whyNoSwift !== null) process.stderr.write(`Skipped the shelf on a foreign S3 server: ${whyNoSwift}.\n`);

export async function startSwift(): Promise<Swift> {
  const python = findSwift();
  if (python === null) throw new Error('no Swift was found');
  const dir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-swift-'));
  const child = spawn(python, [path.join(import.meta.dirname, 'swift-server.py'), dir], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const end = endOf(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-4000);
  });
  const lines = collectJsonLines(child.stdout);
  const { endpoint } = await waitUntil(
    () => {
      if (child.exitCode !== null) throw new Error(`Swift ended:\n${said}`);
      return lines.all()[0] as { readonly endpoint: string } | undefined;
    },
    'Swift to listen',
    60_000,
  );
  return {
    endpoint,
    async makeBucket(name) {
      const url = `${endpoint}/${name}`;
      const signed = await new AwsV4Signer({
        ...swiftKeys,
        service: 's3',
        region: 'us-east-1',
        method: 'PUT',
        url,
      }).sign();
      const answer = await fetch(signed.url, { method: 'PUT', headers: signed.headers });
      if (answer.status !== 200) throw new Error(`Swift makes no bucket: ${await answer.text()}`);
    },
    async close() {
      child.stdin.end(); // it serves until then
      const limit = setTimeout(() => child.kill('SIGKILL'), 5000);
      await end;
      clearTimeout(limit);
      await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
