/**
 * The D-Bus wire format, as far as desktop notifications need it: little-endian, the types `y b i u s o g v`, arrays,
 * structs and dictionaries. Written here because the one maintained pure library brings sixteen packages for a single
 * method call.
 * @see https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol
 */

/** A value together with its type, for `v`. */
export interface Variant {
  readonly type: string;
  readonly value: DbusValue;
}
export type DbusValue = number | boolean | string | Variant | readonly DbusValue[] | ReadonlyMap<string, DbusValue>;

export const messageKinds = { call: 1, reply: 2, error: 3, signal: 4 } as const;

/** A message; absent header fields are absent here. */
export interface DbusMessage {
  readonly kind: (typeof messageKinds)[keyof typeof messageKinds];
  readonly serial: number;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly errorName?: string;
  readonly replySerial?: number;
  readonly destination?: string;
  readonly sender?: string;
  readonly signature?: string;
  readonly body?: readonly DbusValue[];
}

const fields = [
  ['path', 1, 'o'],
  ['interface', 2, 's'],
  ['member', 3, 's'],
  ['errorName', 4, 's'],
  ['replySerial', 5, 'u'],
  ['destination', 6, 's'],
  ['sender', 7, 's'],
  ['signature', 8, 'g'],
] as const;

const alignments: Readonly<Record<string, number>> = { y: 1, g: 1, v: 1, '(': 8, '{': 8 };
const alignmentOf = (type: string): number => alignments[type[0] ?? ''] ?? 4;
/** What the specification allows. */
const messageLimitBytes = 128 * 1024 * 1024;

/** `sa{sv}i` into `s`, `a{sv}`, `i`. */
function splitSignature(signature: string): readonly string[] {
  const types: string[] = [];
  for (let at = 0; at < signature.length;) {
    const end = endOfType(signature, at);
    types.push(signature.slice(at, end));
    at = end;
  }
  return types;
}

function endOfType(signature: string, at: number): number {
  const first = signature[at];
  if (first === 'a') return endOfType(signature, at + 1);
  if (first !== '(' && first !== '{') return at + 1;
  let end = at + 1;
  while (signature[end] !== ')' && signature[end] !== '}') {
    if (end >= signature.length) throw new Error(`unfinished D-Bus signature ${signature}`);
    end = endOfType(signature, end);
  }
  return end + 1;
}

class Writer {
  private bytes: number[] = [];

  get length(): number {
    return this.bytes.length;
  }

  align(to: number): void {
    while (this.bytes.length % to !== 0) this.bytes.push(0);
  }

  uint32(value: number): void {
    this.align(4);
    this.bytes.push(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, (value >>> 24) & 255);
  }

  write(type: string, value: DbusValue): void {
    switch (type[0]) {
      case 'y':
        this.bytes.push(Number(value));
        return;
      case 'b':
        this.uint32(value === true ? 1 : 0);
        return;
      case 'i':
      case 'u':
        this.uint32(Number(value));
        return;
      case 's':
      case 'o': {
        const text = Buffer.from((value as string).replaceAll('\0', ''), 'utf8');
        this.uint32(text.length);
        this.bytes.push(...text, 0);
        return;
      }
      case 'g': {
        const text = Buffer.from(value as string, 'latin1');
        this.bytes.push(text.length, ...text, 0);
        return;
      }
      case 'v': {
        const variant = value as Variant;
        this.write('g', variant.type);
        this.write(variant.type, variant.value);
        return;
      }
      case 'a':
        this.array(type.slice(1), value);
        return;
      case '(':
        this.align(8);
        this.all(type.slice(1, -1), value as readonly DbusValue[]);
        return;
      default:
        throw new Error(`D-Bus type ${type} is not written here`);
    }
  }

  all(signature: string, values: readonly DbusValue[]): void {
    splitSignature(signature).forEach((type, index) => {
      const value = values[index];
      if (value === undefined) throw new Error(`D-Bus signature ${signature} wants more values`);
      this.write(type, value);
    });
  }

  private array(element: string, value: DbusValue): void {
    this.uint32(0);
    const lengthAt = this.bytes.length - 4;
    this.align(alignmentOf(element));
    const start = this.bytes.length;
    if (value instanceof Map) {
      for (const [key, entry] of value) {
        this.align(8);
        this.all(element.slice(1, -1), [key, entry as DbusValue]);
      }
    } else {
      for (const item of value as readonly DbusValue[]) this.write(element, item);
    }
    const size = this.bytes.length - start;
    [size & 255, (size >>> 8) & 255, (size >>> 16) & 255, (size >>> 24) & 255].forEach((byte, index) => {
      this.bytes[lengthAt + index] = byte;
    });
  }

  toBuffer(): Buffer {
    return Buffer.from(this.bytes);
  }
}

export function encodeMessage(message: DbusMessage): Buffer {
  const body = new Writer();
  body.all(message.signature ?? '', message.body ?? []);
  const head = new Writer();
  for (const byte of [0x6c, message.kind, 0, 1]) head.write('y', byte);
  head.uint32(body.length);
  head.uint32(message.serial);
  const present = fields.flatMap(([name, code, type]) => {
    const value = message[name];
    return value === undefined ? [] : [[code, { type, value }] as const];
  });
  head.write('a(yv)', present);
  head.align(8);
  return Buffer.concat([head.toBuffer(), body.toBuffer()]);
}

/** Takes whole messages off the front of what has arrived. @throws Error where the peer does not speak D-Bus. */
export function decodeMessages(bytes: Buffer): { readonly messages: readonly DbusMessage[]; readonly rest: Buffer } {
  const messages: DbusMessage[] = [];
  let rest = bytes;
  for (let size = messageSize(rest); size !== null && rest.length >= size; size = messageSize(rest)) {
    messages.push(decodeMessage(rest.subarray(0, size)));
    rest = rest.subarray(size);
  }
  return { messages, rest };
}

/** @returns bytes of the whole message, `null` while too little of it is here. */
function messageSize(bytes: Buffer): number | null {
  if (bytes.length < 16) return null;
  const uint32 = uint32Reader(bytes);
  const headerBytes = 16 + uint32(12);
  const size = Math.ceil(headerBytes / 8) * 8 + uint32(4);
  if (size > messageLimitBytes) throw new Error(`a D-Bus message of ${size} bytes is over the limit`);
  return size;
}

function uint32Reader(bytes: Buffer): (at: number) => number {
  const order = bytes[0];
  if (order === 0x6c) return (at) => bytes.readUInt32LE(at);
  if (order === 0x42) return (at) => bytes.readUInt32BE(at);
  throw new Error('the peer does not speak D-Bus');
}

function decodeMessage(bytes: Buffer): DbusMessage {
  const read = createReader(bytes);
  read.seek(12);
  const header = new Map<string, DbusValue>();
  for (const pair of read.value('a(yv)') as readonly (readonly [number, Variant])[]) {
    const field = fields.find(([, code]) => code === pair[0]);
    if (field !== undefined) header.set(field[0], pair[1].value);
  }
  const signature = header.get('signature');
  read.align(8);
  return {
    ...(Object.fromEntries(header) as Partial<DbusMessage>),
    kind: bytes[1] as DbusMessage['kind'],
    serial: uint32Reader(bytes)(8),
    body: typeof signature === 'string' ? read.values(signature) : [],
  };
}

function createReader(bytes: Buffer) {
  const uint32At = uint32Reader(bytes);
  let at = 0;

  function align(to: number): void {
    at = Math.ceil(at / to) * to;
  }

  function uint32(): number {
    align(4);
    at += 4;
    return uint32At(at - 4);
  }

  function text(length: number, encoding: 'utf8' | 'latin1'): string {
    at += length + 1;
    return bytes.toString(encoding, at - length - 1, at - 1);
  }

  function value(type: string): DbusValue {
    switch (type[0]) {
      case 'y':
        at += 1;
        return bytes.readUInt8(at - 1);
      case 'b':
        return uint32() === 1;
      case 'i':
        return uint32() | 0;
      case 'u':
        return uint32();
      case 's':
      case 'o':
        return text(uint32(), 'utf8');
      case 'g':
        at += 1;
        return text(bytes.readUInt8(at - 1), 'latin1');
      case 'v': {
        const inner = value('g') as string;
        return { type: inner, value: value(inner) };
      }
      case 'a':
        return array(type.slice(1));
      case '(':
        align(8);
        return values(type.slice(1, -1));
      default:
        throw new Error(`D-Bus type ${type} is not read here`);
    }
  }

  function values(signature: string): readonly DbusValue[] {
    return splitSignature(signature).map(value);
  }

  function array(element: string): DbusValue {
    const size = uint32();
    align(alignmentOf(element));
    const end = at + size;
    if (!element.startsWith('{')) {
      const items: DbusValue[] = [];
      while (at < end) items.push(value(element));
      return items;
    }
    const entries = new Map<string, DbusValue>();
    while (at < end) {
      align(8);
      const [key, entry] = values(element.slice(1, -1));
      if (typeof key === 'string' && entry !== undefined) entries.set(key, entry);
    }
    return entries;
  }

  return {
    align,
    value,
    values,
    seek: (to: number) => {
      at = to;
    },
  };
}
