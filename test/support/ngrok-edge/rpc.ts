/** What travels inside the streams of a session: stream types, JSON requests and answers, heartbeats, proxied bytes. */
import type { Duplex } from 'node:stream';

/** The first four bytes of a stream say what it is for. */
export const streamType = {
  auth: 0,
  bind: 1,
  unbind: 2,
  proxy: 3,
  stopTunnel: 9,
  serverInfo: 8,
  heartbeat: 0xffffffff,
} as const;

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** Reads the stream's type, then hands the stream over with the bytes that came after it put back. */
export function readStreamType(stream: Duplex, next: (type: number) => void): void {
  let head = Buffer.alloc(0);
  const collect = (chunk: Buffer): void => {
    head = Buffer.concat([head, chunk]);
    if (head.length < 4) return;
    stream.off('data', collect);
    stream.pause();
    if (head.length > 4) stream.unshift(head.subarray(4));
    next(head.readUInt32BE(0));
  };
  stream.on('data', collect);
}

/** A request is bare JSON without a length or an end: parse until it is whole. */
export function readRequest(stream: Duplex, next: (request: Record<string, unknown>) => void): void {
  let text = '';
  const collect = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
    let request: unknown;
    try {
      request = JSON.parse(text);
    } catch {
      return;
    }
    stream.off('data', collect);
    stream.resume();
    if (typeof request === 'object' && request !== null) next(request as Record<string, unknown>);
  };
  stream.on('data', collect);
  stream.resume();
}

export const answer = (stream: Duplex, body: object): void => void stream.end(JSON.stringify(body));

/** An error is text, then a line that is only the code. */
export const errorText = (code: string | null, text: string): string =>
  code === null ? text : `${text}\r\n\r\n${code.startsWith('ERR_') ? code : `ERR_NGROK_${code}`}\r\n`;

/** Sends every four bytes back. */
export function echoHeartbeats(stream: Duplex, beat: () => void): void {
  let pending = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4) {
      beat();
      stream.write(pending.subarray(0, 4));
      pending = pending.subarray(4);
    }
  });
  stream.on('end', () => stream.end());
  stream.resume();
}

/** What the edge writes at the head of a stream that carries one public connection to the agent. */
export function proxyHead(tunnelId: string, clientAddress: string, protocol: string): Buffer {
  const json = Buffer.from(
    JSON.stringify({
      Id: tunnelId,
      ClientAddr: clientAddress,
      Proto: protocol,
      EdgeType: '0',
      PassthroughTLS: false,
    }),
  );
  const length = Buffer.alloc(8);
  length.writeBigInt64LE(BigInt(json.length)); // little-endian, unlike everything else
  return Buffer.concat([u32(streamType.proxy), length, json]);
}

export const stopTunnelHead = (tunnelId: string, code: string, message: string): Buffer =>
  Buffer.concat([
    u32(streamType.stopTunnel),
    Buffer.from(JSON.stringify({ Id: tunnelId, Message: message, ErrorCode: code })),
  ]);
