/**
 * The edge's side of muxado, the multiplexer under ngrok's protocol: many streams over one TLS connection.
 *
 * Frame: u24 length, u8 type and flags, u32 stream id, body; big-endian. A window of 256 KiB per stream and direction
 * is spent by DATA bodies and given back by WNDINC as they are read. Agent streams are odd, ours even.
 */
import { Duplex } from 'node:stream';

const frameType = { reset: 0, data: 1, windowIncrement: 2, goAway: 3 } as const;
const flag = { fin: 1, syn: 2 } as const;
const windowBytes = 256 * 1024;
/** Small enough that many streams share the connection fairly, and within the u24 of a frame's length. */
const largestDataBody = 32 * 1024;
const headerBytes = 8;
const flowControlError = 3;
const streamClosedError = 5;

function frame(type: number, flags: number, streamId: number, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes + body.length);
  bytes.writeUIntBE(body.length, 0, 3);
  bytes.writeUInt8((type << 4) | flags, 3);
  bytes.writeUInt32BE(streamId, 4);
  body.copy(bytes, headerBytes);
  return bytes;
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

export interface MuxSession {
  /** A new stream towards the agent; its SYN rides on the first bytes that are written. */
  open(): Duplex;
  /** Streams that are not over in both directions yet. */
  openStreams(): number;
  /** Neither reads nor writes any more, and leaves the connection up: what a lost network looks like. */
  freeze(): void;
  /** Tells the agent to go, then ends the connection. */
  goAway(): void;
  readonly socket: Duplex;
}

/**
 * Speaks muxado over `socket`.
 * @param onStream called with each stream that the agent opens.
 */
export function createMuxSession(socket: Duplex, onStream: (stream: Duplex) => void): MuxSession {
  const streams = new Map<number, MuxStream>();
  let nextId = 2;
  let frozen = false;

  const send = (type: number, flags: number, streamId: number, body: Buffer = Buffer.alloc(0)): void => {
    if (!frozen && !socket.destroyed && socket.writable) socket.write(frame(type, flags, streamId, body));
  };

  class MuxStream extends Duplex {
    readonly #id: number;
    #synSent: boolean;
    #sendWindow = windowBytes;
    #receiveWindow = windowBytes;
    #unread = 0;
    #finSent = false;
    #finReceived = false;
    #waiting: (() => void) | null = null;

    constructor(id: number, openedByUs: boolean) {
      super({ allowHalfOpen: true, readableHighWaterMark: 64 * 1024 });
      this.#id = id;
      this.#synSent = !openedByUs;
    }

    override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
      const room = Math.min(this.#sendWindow, largestDataBody);
      if (room === 0) {
        this.#waiting = () => this._write(chunk, _encoding, done);
        return;
      }
      const part = chunk.subarray(0, room);
      this.#sendWindow -= part.length;
      send(frameType.data, this.#synSent ? 0 : flag.syn, this.#id, part);
      this.#synSent = true;
      if (part.length === chunk.length) done();
      else setImmediate(() => this._write(chunk.subarray(room), _encoding, done));
    }

    override _final(done: (error?: Error | null) => void): void {
      this.#finSent = true;
      send(frameType.data, flag.fin | (this.#synSent ? 0 : flag.syn), this.#id);
      this.#forgetIfOver();
      done();
    }

    override _read(): void {
      // The window is given back when the consumer comes for more, not on arrival: that is the back-pressure.
      if (this.#unread === 0) return;
      this.#receiveWindow += this.#unread;
      send(frameType.windowIncrement, 0, this.#id, u32(this.#unread));
      this.#unread = 0;
    }

    override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
      // An RST alone does not wake the SDK's reader; a FIN before it does, so that its upstream connection ends.
      if (streams.delete(this.#id) && this.#synSent && !(this.#finSent && this.#finReceived)) {
        if (!this.#finSent) send(frameType.data, flag.fin, this.#id);
        send(frameType.reset, 0, this.#id, u32(streamClosedError));
      }
      this.#waiting = null;
      done(error);
    }

    accept(body: Buffer, fin: boolean): void {
      this.#receiveWindow -= body.length;
      if (this.#receiveWindow < 0) {
        send(frameType.reset, 0, this.#id, u32(flowControlError));
        this.destroy(new Error('the agent sent more than the window allows'));
        return;
      }
      this.#unread += body.length;
      if (body.length > 0) this.push(body);
      if (fin) {
        this.#finReceived = true;
        this.push(null);
        this.#forgetIfOver();
      }
    }

    widen(increment: number): void {
      this.#sendWindow += increment;
      const resume = this.#waiting;
      this.#waiting = null;
      resume?.();
    }

    reset(code: number): void {
      streams.delete(this.#id);
      this.destroy(this.#finReceived && this.#finSent ? undefined : new Error(`stream reset by the agent (${code})`));
    }

    #forgetIfOver(): void {
      if (this.#finSent && this.#finReceived) streams.delete(this.#id);
    }
  }

  function handle(type: number, flags: number, streamId: number, body: Buffer): void {
    const known = streams.get(streamId);
    switch (type) {
      case frameType.data: {
        let stream = known;
        if (!stream && (flags & flag.syn) !== 0) {
          stream = new MuxStream(streamId, false);
          stream.on('error', () => undefined); // ends with the stream; whoever uses it listens for itself
          streams.set(streamId, stream);
          onStream(stream);
        }
        stream?.accept(body, (flags & flag.fin) !== 0);
        return;
      }
      case frameType.windowIncrement:
        known?.widen(body.readUInt32BE(0));
        return;
      case frameType.reset:
        known?.reset(body.readUInt32BE(0));
        return;
      case frameType.goAway:
        socket.end();
        return;
      default:
        socket.destroy(new Error(`unknown muxado frame type ${type}`));
    }
  }

  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    if (frozen) return;
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    let at = 0;
    while (pending.length - at >= headerBytes) {
      const length = pending.readUIntBE(at, 3);
      if (pending.length - at < headerBytes + length) break;
      const typeAndFlags = pending.readUInt8(at + 3);
      const streamId = pending.readUInt32BE(at + 4) & 0x7fffffff;
      handle(
        typeAndFlags >> 4,
        typeAndFlags & 0x0f,
        streamId,
        pending.subarray(at + headerBytes, at + headerBytes + length),
      );
      at += headerBytes + length;
    }
    pending = pending.subarray(at);
  });
  socket.on('error', () => undefined); // 'close' follows
  socket.on('close', () => {
    for (const stream of [...streams.values()]) stream.destroy(new Error('the session is gone'));
    streams.clear();
  });

  return {
    open() {
      const stream = new MuxStream(nextId, true);
      stream.on('error', () => undefined);
      streams.set(nextId, stream);
      nextId += 2;
      return stream;
    },
    openStreams: () => streams.size,
    freeze() {
      frozen = true; // what arrives is dropped, so that the end of the connection is still seen and counted
    },
    goAway() {
      send(frameType.goAway, 0, 0, Buffer.concat([u32(0), u32(0), Buffer.from('bye')]));
      socket.end();
    },
    socket,
  };
}
